// What differs between two texts, line by line.

import type { DifferenceLine } from '@/api/types'

/** Beyond this many pairs of changed lines, the whole stretch counts as replaced. */
const MOST_PAIRS = 4_000_000

/** The lines of both, in order, each kept, removed or added. */
export function lineDifference(before: string, after: string): DifferenceLine[] {
  const old = before === '' ? [] : before.replace(/\n$/, '').split('\n')
  const now = after === '' ? [] : after.replace(/\n$/, '').split('\n')
  let head = 0
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1
  let tail = 0
  while (tail < old.length - head && tail < now.length - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1
  const line = (change: DifferenceLine['change']) => (text: string): DifferenceLine => ({ text, change })
  return [
    ...old.slice(0, head).map(line('same')),
    ...middle(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...old.slice(old.length - tail).map(line('same')),
  ]
}

/** The longest common subsequence, by its table. */
function middle(old: string[], now: string[]): DifferenceLine[] {
  const lines: DifferenceLine[] = []
  const width = now.length + 1
  const isFeasible = old.length * now.length <= MOST_PAIRS
  const length = new Uint32Array(isFeasible ? (old.length + 1) * width : 0)
  const at = (row: number, column: number): number => length[row * width + column] ?? 0
  if (isFeasible)
    for (let row = old.length - 1; row >= 0; row--)
      for (let column = now.length - 1; column >= 0; column--)
        length[row * width + column] = old[row] === now[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1))
  let row = 0
  let column = 0
  while (row < old.length || column < now.length) {
    const isSame = isFeasible && row < old.length && column < now.length && old[row] === now[column]
    if (isSame) {
      lines.push({ text: old[row] ?? '', change: 'same' })
      row += 1
      column += 1
    } else if (row < old.length && (column >= now.length || at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ text: old[row] ?? '', change: 'removed' })
      row += 1
    } else {
      lines.push({ text: now[column] ?? '', change: 'added' })
      column += 1
    }
  }
  return lines
}

export interface ChangedFile { path: string; change: 'added' | 'removed' | 'changed'; lines: DifferenceLine[] }

/** The files that differ between two folders, by path. */
export function changedFiles(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): ChangedFile[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort((a, b) => a.localeCompare(b))
  return paths.flatMap((path) => {
    const [old, now] = [before.get(path), after.get(path)]
    if (old === now) return []
    const change = old === undefined ? 'added' : now === undefined ? 'removed' : 'changed'
    return [{ path, change, lines: lineDifference(old ?? '', now ?? '') }]
  })
}
