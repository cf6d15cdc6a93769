// What a conversation is about, as the API hands it out: extracts of messages, nothing reworded.

import type { FoundEntity } from '@/api/types'

export interface Extract {
  /** Number of the message that says it. */
  seq: number
  who: 'customer' | 'bot' | 'agent'
  text: string
}

export interface Course {
  /** One value for each message of the customer whose mood is known, from -1 to 1. */
  smoothed: number[]
  direction: 'worse' | 'steady' | 'better'
  level: 'calm' | 'strained' | 'critical'
  recovered: boolean
  /** Number of the message where it broke. */
  brokeSeq: number | null
  /** The place in `smoothed` where it broke. */
  brokeAt: number | null
}

export interface Summary {
  wanted: Extract[]
  promised: (Extract & { stage: 'will' | 'done'; confirmed: boolean })[]
  open: (Extract & { why: 'unanswered' | 'promised' | 'asked' })[]
  resolved: Extract[]
  asked_again: { first: Extract; again: Extract[] }[]
  facts: (FoundEntity & { seq: number; who: Extract['who']; times: number; personal: boolean })[]
  mood: Course | null
}

interface Trend {
  smoothed: number[]
  direction: Course['direction']
  level: Course['level']
  recovered: boolean
  broke: { at: number } | null
}

type Raw = Partial<Omit<Summary, 'mood'>> & { mood?: { trend: Trend; broke_seq: number | null } | null }

/** The summary; parts that are not there are empty. */
export function readSummary(json: unknown): Summary {
  const { wanted = [], promised = [], open = [], resolved = [], asked_again = [], facts = [], mood } = (json ?? {}) as Raw
  return { wanted, promised, open, resolved, asked_again, facts, mood: mood ? courseOf(mood.trend, mood.broke_seq) : null }
}

function courseOf({ smoothed, direction, level, recovered, broke }: Trend, brokeSeq: number | null): Course | null {
  return smoothed.length ? { smoothed, direction, level, recovered, brokeSeq, brokeAt: broke?.at ?? null } : null
}

/** Whether there is anything to say. */
export function isEmpty({ wanted, promised, open, resolved, facts }: Summary): boolean {
  return [wanted, promised, open, resolved, facts].every((part) => part.length === 0)
}

/** Promises that do not stand among what is open. */
export function promisesKept(summary: Summary | null): Summary['promised'] {
  return summary?.promised.filter((promise) => !summary.open.some((open) => open.seq === promise.seq && open.text === promise.text)) ?? []
}

/** What people named; the bot's texts are known. */
export function factsOf(summary: Summary | null): Summary['facts'] {
  return summary?.facts.filter((fact) => fact.who !== 'bot') ?? []
}

/** The points of a line through moods in a box: the first at its left, good moods at its top. */
export function pointsOf(moods: readonly number[], width: number, height: number): [x: number, y: number][] {
  // A line needs two ends: a single mood is level.
  const all = moods.length === 1 ? [moods[0] ?? 0, moods[0] ?? 0] : moods
  return all.map((mood, at) => [(at * width) / (all.length - 1), ((1 - Math.min(1, Math.max(-1, mood))) * height) / 2])
}
