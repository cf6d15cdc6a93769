// What people paste: a line is one example, or one value of a type of entity.

import type { EntityValue } from '@/api/types'

export const MOST_CHARS = 1000

/** Examples out of pasted lines: bullets and numbers of lists are taken off, empty and doubled lines left out. */
export function examplesOf(pasted: string): { texts: string[]; tooLong: number } {
  const lines = pasted.split(/\r\n|\r|\n/u).map((line) => line.replace(/^\s*(?:[-*•·]\s+|\d{1,3}[.)、]\s*(?=\D))/u, '').trim())
  const texts = [...new Set(lines.filter(Boolean))]
  const fitting = texts.filter((text) => [...text].length <= MOST_CHARS)
  return { texts: fitting, tooLong: texts.length - fitting.length }
}

/** Values out of lines such as `name | synonym, synonym | id`; columns copied from a table are parted by tabs. Without an id, the name is it. */
export function valuesOf(pasted: string): EntityValue[] {
  const values: EntityValue[] = []
  for (const line of pasted.split(/\r\n|\r|\n/u)) {
    const [name = '', synonyms = '', id = ''] = line.split(/\s*[|\t｜]\s*/u).map((cell) => cell.trim())
    if (name) values.push({ id: id || name, name, synonyms: [...new Set(synonyms.split(/[,，、;；]/u).map((one) => one.trim()).filter((one) => one && one !== name))] })
  }
  return values
}

/** The lines that give these values again. */
export function linesOf(values: readonly EntityValue[]): string {
  return values.map(({ id, name, synonyms }) => [name, synonyms.join(', '), id === name ? '' : id].join(' | ').replace(/[ |]+$/u, '')).join('\n')
}

export type PatternCheck = { state: 'good'; found: string[] } | { state: 'bad'; why: string }

/** Tries a pattern as the server would: case does not count, and a match has to stand alone. The server has the last word. */
export function checkPattern(pattern: string, sample: string): PatternCheck {
  if (/\(\?<?[=!]|\\[1-9]/u.test(pattern)) return { state: 'bad', why: 'lookaround' }
  try {
    const expression = new RegExp(pattern.replace(/^\(\?i\)/u, '').replaceAll('(?P<', '(?<'), 'giu')
    const alone = (at: number, edge: string): boolean => !/[\p{L}\p{N}_]/u.test(sample[at] ?? '') || /\p{Script=Han}/u.test((sample[at] ?? '') + edge)
    const found = [...sample.matchAll(expression)].filter(({ 0: text, index }) => text && alone(index - 1, text[0] ?? '') && alone(index + text.length, text.at(-1) ?? ''))
    return { state: 'good', found: found.map(([text]) => text) }
  } catch (error) {
    return { state: 'bad', why: error instanceof Error ? error.message : String(error) }
  }
}
