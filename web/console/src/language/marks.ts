// Which letters of a message spoke for and against a decision, and which name something.

import type { FoundEntity, Reason, Understanding } from '@/api/types'
import { placeOf } from '@/text/bytes'

/** A stretch of a message that looks the same throughout. */
export interface Piece {
  text: string
  /** What it added to the decision, in logarithms of odds; 0 when it did not matter. */
  weight: number
  /** Number of the entity that it belongs to. */
  entity: number | null
}

/** A reason with its place in the message. */
interface Placed {
  start: number
  end: number
  weight: number
}

export interface Marks {
  pieces: Piece[]
  /** Reasons whose words do not stand in the message as they were read, such as a traditional spelling. */
  elsewhere: Reason[]
  /** The largest weight by size, for shading. */
  heaviest: number
}

/** Cuts a message where what is known of its letters changes. */
export function marksOf(text: string, understanding: Pick<Understanding, 'intents' | 'entities'>): Marks {
  const place = placeOf(text)
  const folded = fold(text)
  const placed: Placed[] = []
  const elsewhere: Reason[] = []
  for (const intent of understanding.intents) {
    const taken: Placed[] = []
    for (const reason of intent.why) {
      const found = find(folded, fold(reason.text), place(intent.start), place(intent.end), taken)
      if (found === null) elsewhere.push(reason)
      else taken.push({ start: found, end: found + reason.text.length, weight: reason.weight })
    }
    placed.push(...taken)
  }
  const spans = understanding.entities.map((entity) => ({ start: place(entity.start), end: place(entity.end) }))
  const weights = [...placed, ...elsewhere].map((one) => Math.abs(one.weight))
  return { pieces: cut(text, placed, spans, understanding.entities), elsewhere, heaviest: Math.max(0, ...weights) }
}

/** The first place of a word between two places that no other reason has; whole words before parts of words. */
function find(text: string, word: string, from: number, to: number, taken: Placed[]): number | null {
  if (!word) return null
  const places: number[] = []
  for (let at = text.indexOf(word, from); at >= 0 && at + word.length <= to; at = text.indexOf(word, at + 1))
    if (!taken.some((other) => at < other.end && other.start < at + word.length)) places.push(at)
  const whole = places.find((at) => !isLetter(text[at - 1], word[0]) && !isLetter(text[at + word.length], word.at(-1)))
  return whole ?? places[0] ?? null
}

/** Whether a letter goes on with a word that is written in letters with gaps between words. */
const isLetter = (next: string | undefined, edge: string | undefined): boolean => /[a-z0-9]/.test(next ?? '') && /[a-z0-9]/.test(edge ?? '')

/** Lower case and half width, of the same length. */
function fold(text: string): string {
  let folded = ''
  for (const unit of text.split('')) {
    const code = unit.charCodeAt(0)
    const half = code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : unit
    const lower = half.toLowerCase()
    folded += lower.length === 1 ? lower : half
  }
  return folded
}

function cut(text: string, reasons: Placed[], spans: { start: number; end: number }[], entities: FoundEntity[]): Piece[] {
  const edges = [...new Set([0, text.length, ...[...reasons, ...spans].flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b)
  const inside = (one: { start: number; end: number }, start: number, end: number): boolean => one.start <= start && end <= one.end
  const pieces: Piece[] = []
  for (const [index, start] of edges.entries()) {
    const end = edges[index + 1]
    if (end === undefined) break
    // The whole of a message may be an answer: what is named in it says more.
    const named = spans.findIndex((span, at) => inside(span, start, end) && entities[at]?.kind !== 'answer')
    const weight = reasons.find((reason) => inside(reason, start, end))?.weight ?? 0
    pieces.push({ text: text.slice(start, end), weight, entity: named < 0 ? null : named })
  }
  return pieces
}
