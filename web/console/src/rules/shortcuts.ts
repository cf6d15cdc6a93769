import type { Action } from './conversation'

export type Shortcut = Action | 'reply' | 'note'

// Alt with a letter works inside the composer too. `code` is the key's place, which Alt on a Mac does not change.
const CODES: Record<string, Shortcut> = {
  KeyT: 'take_over',
  KeyB: 'return_to_bot',
  KeyS: 'snooze',
  KeyG: 'assign',
  KeyE: 'resolve',
  KeyR: 'reply',
  KeyN: 'note',
}

export function shortcutOf(event: KeyboardEvent): Shortcut | undefined {
  const plain = event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey
  return plain ? CODES[event.code] : undefined
}

/** The key as people read it. */
export function keyOf(shortcut: Shortcut): string {
  const same = shortcut === 'reopen' ? 'resolve' : shortcut
  const code = Object.keys(CODES).find((candidate) => CODES[candidate] === same) ?? ''
  return `Alt+${code.slice(3)}`
}
