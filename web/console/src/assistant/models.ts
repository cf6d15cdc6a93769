// What language models cost and how they did.

import type { ModelUse } from '@/api/assistant'

/** What a model did for a task, over some days. */
export type ModelRow = Omit<ModelUse, 'day'>

/** One row for each task and model, and each currency if there are several: the costliest first, then the most asked. */
export function byModel(items: readonly ModelUse[]): ModelRow[] {
  const rows: ModelRow[] = []
  for (const { day: _, ...item } of items) {
    // What cost nothing, such as a failure, has no currency.
    const row = rows.find((known) => known.task === item.task && known.model === item.model && (known.currency === item.currency || !known.currency || !item.currency))
    if (!row) {
      rows.push({ ...item })
      continue
    }
    row.currency ||= item.currency
    for (const field of ['answered', 'cached', 'failed', 'tokens_in', 'tokens_out', 'micros', 'took_ms'] as const) row[field] += item[field]
    row.longest_ms = Math.max(row.longest_ms, item.longest_ms)
  }
  const asked = (row: ModelRow): number => row.answered + row.cached + row.failed
  return rows.sort((a, b) => b.micros - a.micros || asked(b) - asked(a) || a.task.localeCompare(b.task) || a.model.localeCompare(b.model))
}

/** The mean time that a model was waited for, in milliseconds; `null` when the cache answered every time. */
export function meanTime(row: ModelRow): number | null {
  const waited = row.answered + row.failed
  return waited ? row.took_ms / waited : null
}

/** An amount of money given in millionths, such as `0.0213 CNY`. */
export function money(micros: number, currency: string | null): string {
  const amount = micros / 1_000_000
  const digits = micros === 0 || amount >= 100 ? 2 : amount >= 0.01 ? 4 : 6
  return `${amount.toFixed(digits)}${currency ? ` ${currency}` : ''}`
}
