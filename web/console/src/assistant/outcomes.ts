// How conversations with the assistant ended: counts by day and by flow.

import type { OutcomeCount, OutcomeName } from '@/api/assistant'

/** From best to worst, as they are drawn. */
export const OUTCOMES: readonly OutcomeName[] = ['confirmed', 'assumed', 'handed_over', 'abandoned', 'not_solved', 'reopened']
const DAY_MS = 86_400_000

export type Counts = Record<OutcomeName, number>
export interface Row { key: string; counts: Counts; total: number }

export const none = (): Counts => ({ confirmed: 0, assumed: 0, handed_over: 0, abandoned: 0, not_solved: 0, reopened: 0 })
const totalOf = (counts: Counts): number => OUTCOMES.reduce((sum, name) => sum + counts[name], 0)

function summed(items: readonly OutcomeCount[], keyOf: (item: OutcomeCount) => string): Map<string, Counts> {
  const all = new Map<string, Counts>()
  for (const item of items) {
    const counts = all.get(keyOf(item)) ?? none()
    counts[item.outcome] += item.count
    all.set(keyOf(item), counts)
  }
  return all
}

export function totals(items: readonly OutcomeCount[]): Counts {
  return summed(items, () => '').get('') ?? none()
}

/** One row a day (UTC), oldest first, days without any too. `key` is the date, such as `2026-11-22`. */
export function byDay(items: readonly OutcomeCount[], now: number, days: number): Row[] {
  const all = summed(items, (item) => String(item.day))
  const today = Math.floor(now / DAY_MS)
  return Array.from({ length: days }, (_, at) => {
    const day = today - days + 1 + at
    const counts = all.get(String(day)) ?? none()
    return { key: new Date(day * DAY_MS).toISOString().slice(0, 10), counts, total: totalOf(counts) }
  })
}

/** One row a flow, the most frequent first; `key` is empty for answers without a flow. */
export function byFlow(items: readonly OutcomeCount[]): Row[] {
  const rows = [...summed(items, (item) => item.flow ?? '')].map(([key, counts]) => ({ key, counts, total: totalOf(counts) }))
  return rows.sort((a, b) => b.total - a.total || a.key.localeCompare(b.key))
}

/** Share of what ended settled: confirmed by the customer, or with what is assumed too. `null` where nothing ended. */
export function settled(counts: Counts): { confirmed: number; withAssumed: number } | null {
  const total = totalOf(counts)
  return total === 0 ? null : { confirmed: counts.confirmed / total, withAssumed: (counts.confirmed + counts.assumed) / total }
}
