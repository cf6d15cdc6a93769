/** A line of the assistant's hand-over note: what it is about, and what there is to say of it. */
export interface BriefLine { label: string; text: string }

const LINE = /^([^：:\n]{1,20})(?:：|: )(.+)$/u
/** What a hand-over note begins with, in Chinese and in English. */
const FIRST = ['转人工原因', 'Why']

/** The lines of a hand-over note; `null` when a note is none. */
export function briefLines(note: string): BriefLine[] | null {
  const lines: BriefLine[] = []
  for (const line of note.split('\n')) {
    const [, label, text] = LINE.exec(line) ?? []
    if (!label || !text) return null
    lines.push({ label, text })
  }
  return FIRST.includes(lines[0]?.label ?? '') ? lines : null
}
