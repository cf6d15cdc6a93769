// What differs between two contents, as it is shown.

import type { DifferenceLine } from '@/api/types'

export type Row = (DifferenceLine & { type: 'line' }) | { type: 'gap'; count: number }

/** Unchanged lines that are kept around a change. */
const CONTEXT = 2

/** The lines of a difference with long unchanged stretches folded away. */
export function folded(lines: DifferenceLine[]): Row[] {
  const near = lines.map((_, at) => lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some((line) => line.change !== 'same'))
  const rows: Row[] = []
  for (const [at, line] of lines.entries()) {
    const last = rows.at(-1)
    if (near[at]) rows.push({ type: 'line', ...line })
    else if (last?.type === 'gap') last.count += 1
    else rows.push({ type: 'gap', count: 1 })
  }
  return rows
}

/** What a list lost and gained; `null` when it is not about lists. */
export function listChange(before: unknown, after: unknown): { removed: unknown[]; added: unknown[] } | null {
  if (!Array.isArray(before) || !Array.isArray(after)) return null
  const has = (list: unknown[], item: unknown): boolean => list.some((other) => JSON.stringify(other) === JSON.stringify(item))
  const removed = before.filter((item) => !has(after, item))
  const added = after.filter((item) => !has(before, item))
  // The same in another order: both are shown whole.
  return removed.length || added.length ? { removed, added } : { removed: before, added: after }
}
