import type { Reason } from '@/api/types'
import { placeOf } from '@/text/bytes'

/** What a part of a message speaks for. */
export type Kind = 'intent' | 'emotion' | 'urgency' | 'danger'

/** A piece of a message; one without a kind says nothing special. */
export interface Piece { text: string; kind?: Kind }

interface Place { start: number; end: number; kind: Kind }

/**
 * The pieces of a message, with the words that spoke for something marked; of two that overlap, the first kind given wins. What
 * the record places elsewhere than the words stand is left unmarked.
 */
export function markedText(text: string, groups: readonly { kind: Kind; reasons: readonly Reason[] }[]): Piece[] {
  const where = placeOf(text)
  const marks: Place[] = []
  for (const { kind, reasons } of groups) {
    for (const reason of reasons) {
      if (!reason.span || reason.weight <= 0) continue
      const [start, end] = [where(reason.span.start), where(reason.span.end)]
      const stands = text.slice(start, end).toLowerCase() === reason.text.toLowerCase()
      if (stands && !marks.some((mark) => mark.start < end && start < mark.end)) marks.push({ start, end, kind })
    }
  }
  marks.sort((one, other) => one.start - other.start)
  const pieces: Piece[] = []
  let reached = 0
  for (const mark of marks) {
    if (mark.start > reached) pieces.push({ text: text.slice(reached, mark.start) })
    pieces.push({ text: text.slice(mark.start, mark.end), kind: mark.kind })
    reached = mark.end
  }
  if (reached < text.length) pieces.push({ text: text.slice(reached) })
  return pieces
}
