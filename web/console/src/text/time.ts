// Times as people say them, on the reader's own clock.

import type { Language } from '@/stores/preferences'

const DAY_MS = 86_400_000

export function clock(at: string, language: Language): string {
  return new Date(at).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', hour12: false })
}

export function full(at: string, language: Language): string {
  return new Date(at).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short', hour12: false })
}

/** Days from the day of `at` to the day of `now`: 0 today, 1 yesterday. */
export function daysAgo(at: Date, now: Date): number {
  const midnight = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
  return Math.round((midnight(now) - midnight(at)) / DAY_MS)
}

/** For lists: minutes, then the clock, then the date. */
export function relative(at: string, now: number, language: Language): string {
  const date = new Date(at)
  const seconds = Math.round((now - date.getTime()) / 1000)
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' })
  if (seconds < 60) return words.format(0, 'second')
  if (seconds < 3600) return words.format(-Math.floor(seconds / 60), 'minute')
  const days = daysAgo(date, new Date(now))
  if (days === 0) return clock(at, language)
  if (days < 7) return words.format(-days, 'day')
  return date.toLocaleDateString(language, { month: 'short', day: 'numeric', ...sameYear(date, now) })
}

/** How long it has been since `at`, in the largest unit that fits. */
export function lasting(at: string, now: number, language: Language): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(at)) / 60_000))
  const [count, unit] = minutes < 60 ? [minutes, 'minute'] : minutes < 1440 ? [Math.floor(minutes / 60), 'hour'] : [Math.floor(minutes / 1440), 'day']
  return new Intl.NumberFormat(language, { style: 'unit', unit: unit as string, unitDisplay: 'short' }).format(count as number)
}

/** For the lines between days. */
export function dayName(at: string, now: number, language: Language): string {
  const date = new Date(at)
  const days = daysAgo(date, new Date(now))
  if (days < 2) {
    const word = new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-days, 'day')
    return word.charAt(0).toLocaleUpperCase(language) + word.slice(1)
  }
  return date.toLocaleDateString(language, { weekday: 'short', month: 'long', day: 'numeric', ...sameYear(date, now) })
}

const sameYear = (date: Date, now: number): { year?: 'numeric' } =>
  date.getFullYear() === new Date(now).getFullYear() ? {} : { year: 'numeric' }
