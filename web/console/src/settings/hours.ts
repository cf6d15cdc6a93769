// Opening hours as a form shows them: one line for each day of the week, times as people write them.

import type { OpeningHours } from '@/api/types'

export interface DayLine {
  open: boolean
  /** `HH:mm`; `24:00` is the end of the day. */
  from: string
  to: string
}

const USUAL = { from: '09:00', to: '18:00' }
const END_OF_DAY = 1440

export function weekOf(hours: OpeningHours | null): DayLine[] {
  return Array.from({ length: 7 }, (_, day) => {
    const span = hours ? hours.days[day] : day < 5 ? [540, 1080] : null
    const [from, to] = span ?? []
    return from === undefined || to === undefined ? { open: false, ...USUAL } : { open: true, from: timeOf(from), to: timeOf(to) }
  })
}

/** The days as the server takes them; `null` when a day closes before it opens or a time is none. */
export function daysOf(week: readonly DayLine[]): ([number, number] | null)[] | null {
  const days: ([number, number] | null)[] = []
  for (const line of week) {
    if (!line.open) {
      days.push(null)
      continue
    }
    const from = minutesOf(line.from)
    const to = minutesOf(line.to)
    if (from === null || to === null || from >= to) return null
    days.push([from, to])
  }
  return days
}

/** `+08:00` for 480. */
export function offsetName(minutes: number): string {
  return `UTC${minutes < 0 ? '−' : '+'}${timeOf(Math.abs(minutes))}`
}

function timeOf(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

function minutesOf(time: string): number | null {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(time) ?? []
  if (hours === undefined || minutes === undefined) return null
  const total = Number(hours) * 60 + Number(minutes)
  return Number(minutes) < 60 && total <= END_OF_DAY ? total : null
}
