// What the timeline shows, line by line.

import type { Event, Message } from '@/api/types'
import type { Outgoing } from '@/live/timeline'

export type Row =
  | { type: 'day'; key: string; at: string }
  | { type: 'event'; key: string; event: Event }
  | { type: 'message'; key: string; message: Message; continues: boolean; answers: string | null }
  | { type: 'outgoing'; key: string; outgoing: Outgoing }

const TOGETHER_MS = 3 * 60_000

export function rowsOf(events: readonly Event[], outgoing: readonly Outgoing[]): Row[] {
  const rows: Row[] = []
  let day = ''
  let before: Message | null = null
  let asked: string | null = null
  for (const event of events) {
    // A change of status follows the event that caused it, which says it better.
    if (event.type === 'status_changed') continue
    const today = new Date(event.at).toDateString()
    if (today !== day) {
      rows.push({ type: 'day', key: `day-${event.seq}`, at: event.at })
      day = today
      before = null
    }
    if (event.type !== 'message') {
      rows.push({ type: 'event', key: `event-${event.seq}`, event })
      before = null
      continue
    }
    const { message } = event
    if (message.sender === 'customer') asked = message.id
    const answers = message.sender === 'bot' ? asked : null
    rows.push({ type: 'message', key: message.id, message, continues: continues(before, message), answers })
    before = message
  }
  for (const one of outgoing) rows.push({ type: 'outgoing', key: one.clientKey, outgoing: one })
  return rows
}

/** Whether a message goes on with the one before it, so that its author need not be said again. */
function continues(before: Message | null, message: Message): boolean {
  if (!before || before.sender !== message.sender || before.visibility !== message.visibility) return false
  const same = JSON.stringify(before.actor) === JSON.stringify(message.actor)
  return same && Date.parse(message.created_at) - Date.parse(before.created_at) < TOGETHER_MS
}
