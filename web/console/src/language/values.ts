// What an entity means, in words.

import type { Language } from '@/stores/preferences'

interface Length { months: number; days: number; working_days: number; seconds: number }
type Rule =
  | { every: 'minutes' | 'hours' | 'days'; interval: number }
  | { every: 'weeks'; interval: number; days: number[] }
  | { every: 'months'; interval: number; day: number | null }
  | { every: 'years'; interval: number; month: number | null; day: number | null }
type Moment =
  | { kind: 'date'; date: string }
  | { kind: 'time'; time: string }
  | { kind: 'date_time'; at: string; grain: string }
  | { kind: 'range'; from?: string; to?: string; grain: string }
  | { kind: 'hours'; from?: string; to?: string }
  | { kind: 'duration'; least: Length; most: Length }
  | { kind: 'recurring'; rule: Rule; from?: string; to?: string }
type Value =
  | { type: 'text'; text: string }
  | { type: 'phone'; number: string; extension?: string | null }
  | { type: 'money'; minor: number; currency: string | null }
  | { type: 'quantity'; amount: number; unit: string }
  | { type: 'percent'; percent: number }
  | { type: 'discount'; off_percent: number }
  | { type: 'time'; moment: Moment }
  | ({ type: 'address' } & Record<string, string>)
  | { type: 'item'; id: string; name: string }
  | { type: 'answer'; answer: 'yes' | 'no' | 'unknown' }
  | { type: 'ordinal'; from: 'start' | 'end' | 'before' | 'after'; position: number }
/** Looks a text up, as vue-i18n does. */
export type Say = (key: string, values?: Record<string, unknown>) => string

const DAY = /T.*$/u
const LONG_GRAINS = ['day', 'week', 'month', 'quarter', 'year']

/** What a value means; empty when there is none (personal data is left out of records) or it is of a kind that is not known here. */
export function valueWords(json: unknown, language: Language, say: Say): string {
  const value = json as Value | null
  switch (value?.type) {
    case 'text':
      return value.text
    case 'phone':
      return value.number + (value.extension ? ` ${say('language.value.extension', { number: value.extension })}` : '')
    case 'money':
      return money(value.minor, value.currency, language)
    case 'quantity':
      return `${number(value.amount, language)} ${value.unit}`
    case 'percent':
      return `${number(value.percent, language)}%`
    case 'discount':
      return say('language.value.off', { percent: number(value.off_percent, language) })
    case 'time':
      return moment(value.moment, language, say)
    case 'address': {
      const parts = Object.entries(value).filter(([field]) => field !== 'type').map(([, part]) => part)
      return parts.join(/\p{Script=Han}/u.test(parts.join('')) ? ' ' : ', ')
    }
    case 'item':
      return value.id === value.name ? value.name : `${value.name} · ${value.id}`
    case 'answer':
      return say(`language.value.${value.answer}`)
    case 'ordinal':
      return say(`language.value.from_${value.from}`, { position: value.position })
    default:
      return ''
  }
}

const number = (amount: number, language: Language): string => new Intl.NumberFormat(language, { maximumFractionDigits: 4 }).format(amount)

function money(minor: number, currency: string | null, language: Language): string {
  if (!currency) return number(minor / 100, language)
  try {
    const format = new Intl.NumberFormat(language, { style: 'currency', currency })
    return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))
  } catch {
    return `${number(minor / 100, language)} ${currency}`
  }
}

function moment(time: Moment, language: Language, say: Say): string {
  switch (time.kind) {
    case 'date':
      return date(time.date, language)
    case 'time':
      return hour(time.time)
    case 'date_time':
      return instant(time.at, time.grain, language)
    case 'range': {
      const days = LONG_GRAINS.includes(time.grain)
      const from = time.from && instant(time.from, time.grain, language)
      // The end is the first instant that no longer counts; people name the last day.
      const to = time.to && (days ? date(dayBefore(time.to), language) : instant(time.to, time.grain, language))
      return between(from, to, say)
    }
    case 'hours':
      return between(time.from && hour(time.from), time.to && hour(time.to), say)
    case 'duration': {
      const [least, most] = [length(time.least, language, say), length(time.most, language, say)]
      return least === most ? least : `${least} – ${most}`
    }
    case 'recurring':
      return [rule(time.rule, language, say), between(time.from && hour(time.from), time.to && hour(time.to), say)].filter(Boolean).join(language === 'zh-CN' ? ' ' : ', ')
  }
}

function between(from: string | undefined, to: string | undefined, say: Say): string {
  if (from && to) return from === to ? from : `${from} – ${to}`
  if (from) return say('language.value.since', { time: from })
  return to ? say('language.value.until', { time: to }) : ''
}

/** A day of the calendar, whatever the reader's time zone. */
function date(iso: string, language: Language): string {
  const day = new Date(`${iso.replace(DAY, '')}T00:00:00Z`)
  return day.toLocaleDateString(language, { timeZone: 'UTC', year: 'numeric', month: 'short', day: 'numeric', weekday: 'short' })
}

const dayBefore = (iso: string): string => new Date(Date.parse(`${iso.replace(DAY, '')}T00:00:00Z`) - 1).toISOString()

/** Hours and minutes of a time such as `15:00:00`. */
const hour = (time: string): string => time.slice(0, 5)

/** An instant on the clock of the customer, whose offset it carries. */
function instant(iso: string, grain: string, language: Language): string {
  const clock = iso.replace(/^.*T/u, '').slice(0, 5)
  return LONG_GRAINS.includes(grain) ? date(iso, language) : `${date(iso, language)} ${clock}`
}

function length(time: Length, language: Language, say: Say): string {
  const units: [number, string][] = [
    [Math.floor(time.months / 12), 'year'], [time.months % 12, 'month'], [time.days, 'day'],
    [Math.floor(time.seconds / 3600), 'hour'], [Math.floor(time.seconds / 60) % 60, 'minute'], [time.seconds % 60, 'second'],
  ]
  const words = units.filter(([count]) => count > 0).map(([value, unit]) => new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(value))
  if (time.working_days > 0) words.push(say('language.value.working_days', { count: time.working_days }))
  return words.join(' ')
}

function rule(again: Rule, language: Language, say: Say): string {
  const every = again.interval === 1 ? say(`language.value.each_${again.every}`) : say(`language.value.every_${again.every}`, { count: again.interval })
  if (again.every === 'weeks' && again.days.length) {
    // 5 January 2026 was a Monday.
    const name = (day: number): string => new Date(Date.UTC(2026, 0, 4 + day)).toLocaleDateString(language, { timeZone: 'UTC', weekday: 'short' })
    return `${every} ${again.days.map(name).join(language === 'zh-CN' ? '、' : ', ')}`
  }
  if (again.every === 'months' && again.day) return `${every} ${say('language.value.day_of_month', { day: again.day })}`
  if (again.every === 'years' && again.month && again.day)
    return `${every} ${new Date(Date.UTC(2026, again.month - 1, again.day)).toLocaleDateString(language, { timeZone: 'UTC', month: 'short', day: 'numeric' })}`
  return every
}
