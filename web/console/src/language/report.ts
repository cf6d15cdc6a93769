// What was measured of a version. The API hands it out as the classifier wrote it: read with care, as older versions may lack parts.

import type { Id } from '@/api/types'

/** The name that stands for "belongs to no intent". */
export const OUT_OF_SCOPE = 'oos'

export interface LabelReport {
  label: string
  support: number
  taken: number
  right: number
  precision: number
  recall: number
  f1: number
}

export interface Confusion {
  given: string
  taken: string
  count: number
  examples: string[]
}

export interface Bin {
  from: number
  to: number
  count: number
  confidence: number
  accuracy: number
}

export interface Report {
  examples: number
  out_of_scope: number
  accuracy: number
  macro_f1: number
  out_of_scope_recall: number | null
  precision_of_answers: number | null
  calibration_error: number
  calibration: Bin[]
  labels: LabelReport[]
  confusions: Confusion[]
}

interface Doubted {
  utterance_id: Id | null
  other_utterance_id: Id | null
  text: string | null
  /** The names of its intents when it was trained on. */
  labels: string[]
  /** From 0 to 1. */
  sure: number
}

/** An example that is likely a mistake. */
export type Doubt = Doubted &
  (
    | { kind: 'contradiction'; other_labels: string[] }
    | { kind: 'mislabelled'; likely: string; probability: number; given_probability: number }
    | { kind: 'duplicate' }
    | { kind: 'near_duplicate'; other_text: string; similarity: number }
    | { kind: 'too_few'; examples: number; wanted: number }
  )

const KINDS = ['contradiction', 'mislabelled', 'duplicate', 'near_duplicate', 'too_few']

/** The report; `null` where nothing was measured, as of a version that could not be trained. */
export function readReport(json: unknown): Report | null {
  const report = json as Partial<Report> | null
  if (typeof report?.accuracy !== 'number' || !Array.isArray(report.labels)) return null
  return {
    examples: report.examples ?? 0,
    out_of_scope: report.out_of_scope ?? 0,
    accuracy: report.accuracy,
    macro_f1: report.macro_f1 ?? 0,
    out_of_scope_recall: report.out_of_scope_recall ?? null,
    precision_of_answers: report.precision_of_answers ?? null,
    calibration_error: report.calibration_error ?? 0,
    calibration: report.calibration ?? [],
    labels: report.labels,
    confusions: report.confusions ?? [],
  }
}

/** The doubts of kinds that are known here. */
export function readDoubts(json: unknown): Doubt[] {
  return Array.isArray(json) ? (json as Doubt[]).filter((doubt) => KINDS.includes(doubt.kind) && Array.isArray(doubt.labels)) : []
}

/** The intents that are found worst, the worst first; those that are found well are none. */
export function weakest(report: Report, most: number): LabelReport[] {
  const WELL = 0.9
  return report.labels
    .filter((label) => label.support > 0 && label.f1 < WELL)
    .sort((a, b) => a.f1 - b.f1)
    .slice(0, most)
}

export interface HeatMap {
  labels: string[]
  /** By intent that they have, then intent that they were taken for: counts. */
  cells: number[][]
  /** The largest count off the diagonal. */
  worst: number
}

/** The intents that are confused most, and how often each was taken for each. */
export function heatMap(report: Report, most: number): HeatMap {
  const errors = new Map<string, number>()
  for (const { given, taken, count } of report.confusions) for (const label of [given, taken]) errors.set(label, (errors.get(label) ?? 0) + count)
  const named = [...errors].sort((a, b) => b[1] - a[1]).slice(0, most).map(([label]) => label)
  // Related intents next to each other; what belongs to none last.
  const labels = named.sort((a, b) => Number(a === OUT_OF_SCOPE) - Number(b === OUT_OF_SCOPE) || (a < b ? -1 : 1))
  const right = new Map(report.labels.map((label) => [label.label, label.right]))
  const wrong = new Map(report.confusions.map(({ given, taken, count }) => [JSON.stringify([given, taken]), count]))
  const cells = labels.map((given) => labels.map((taken) => (given === taken ? right.get(given) : wrong.get(JSON.stringify([given, taken]))) ?? 0))
  return { labels, cells, worst: Math.max(0, ...cells.flatMap((row, at) => row.filter((_, other) => other !== at))) }
}

/** Whether a doubt is about the intents as they are now: somebody may have mended it since. */
export function stillHolds(doubt: Doubt, intent: string): boolean {
  return doubt.labels.includes(intent)
}
