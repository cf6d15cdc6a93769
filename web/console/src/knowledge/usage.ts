// The use of an entry, day by day.

import type { DayOfUse } from '@/api/types'

const DAY_MS = 86_400_000

export interface Bar {
  /** Noon of the day, UTC, in milliseconds since 1970: the same day wherever it is read. */
  at: number
  answered: number
  offered: number
  shown: number
}

/** The last `count` days up to `now` (milliseconds since 1970), oldest first, with empty ones between. */
export function bars(days: DayOfUse[], now: number, count: number): Bar[] {
  const today = Math.floor(now / DAY_MS)
  const known = new Map(days.map((day) => [day.day, day]))
  return Array.from({ length: count }, (_, index) => {
    const day = today - count + 1 + index
    const use = known.get(day)
    return { at: day * DAY_MS + DAY_MS / 2, answered: use?.answered ?? 0, offered: use?.offered ?? 0, shown: use?.shown ?? 0 }
  })
}

/** All days together. */
export function sums(days: DayOfUse[]): Omit<DayOfUse, 'entry_id' | 'day'> {
  const all = { answered: 0, offered: 0, chosen: 0, shown: 0, helpful: 0, unhelpful: 0 }
  for (const day of days) for (const name of Object.keys(all) as (keyof typeof all)[]) all[name] += day[name]
  return all
}
