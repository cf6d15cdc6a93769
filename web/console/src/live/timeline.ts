// The open conversation as a pure structure: what the server told, without a gap, and what is still on its way to it.

import type { Content, Event, Id, Message, Posted, Visibility } from '@/api/types'

/** A message that was sent and has not come back as an event yet. */
export interface Outgoing {
  clientKey: string
  content: Content
  visibility: Visibility
  at: string
  /** `waiting`: found no connection and is sent again by itself; `failed`: refused, the agent decides. */
  state: 'sending' | 'waiting' | 'failed' | 'stored'
  /** Why it failed, in the server's words. */
  error?: string
  /** Its place once the server has stored it. */
  seq?: number
}

export interface Timeline {
  conversationId: Id
  /** Ascending and gapless. */
  events: Event[]
  /** Last event that is known; 0 when none is. */
  lastSeq: number
  hasOlder: boolean
  outgoing: Outgoing[]
}

export type Applied = 'added' | 'known' | 'gap'

export function emptyTimeline(conversationId: Id): Timeline {
  return { conversationId, events: [], lastSeq: 0, hasOlder: false, outgoing: [] }
}

/**
 * Adds an event at the end. `gap` means that events before it are missing: nothing was added, ask for what comes after
 * `lastSeq`.
 */
export function applyEvent(timeline: Timeline, event: Event): Applied {
  if (event.seq <= timeline.lastSeq) return 'known'
  if (event.seq !== timeline.lastSeq + 1) return 'gap'
  timeline.events.push(event)
  timeline.lastSeq = event.seq
  if (event.type === 'message') settle(timeline, event.message)
  return 'added'
}

/** Adds a page of history before what is there. */
export function prependEvents(timeline: Timeline, older: Event[], more: boolean): void {
  const first = timeline.events[0]?.seq ?? Number.POSITIVE_INFINITY
  timeline.events.unshift(...older.filter((event) => event.seq < first))
  timeline.hasOlder = more && (timeline.events[0]?.seq ?? 1) > 1
}

/** Replaces everything by the newest page; what is on its way stays. */
export function loadNewest(timeline: Timeline, events: Event[], lastSeq: number): void {
  timeline.events = [...events]
  timeline.lastSeq = events.at(-1)?.seq ?? lastSeq
  timeline.hasOlder = (events[0]?.seq ?? 1) > 1
  for (const event of events) if (event.type === 'message') settle(timeline, event.message)
}

export function addOutgoing(timeline: Timeline, outgoing: Outgoing): void {
  timeline.outgoing.push(outgoing)
}

/** The server has stored a message: its echo goes as soon as the event is there, whichever of both comes first. */
export function acknowledge(timeline: Timeline, clientKey: string, posted: Posted): void {
  // Of a conversation that is not open nothing is shown, so nothing has to stay until the event comes.
  if (posted.seq <= timeline.lastSeq || timeline.lastSeq === 0) {
    remove(timeline, clientKey)
    return
  }
  const outgoing = timeline.outgoing.find((one) => one.clientKey === clientKey)
  if (outgoing) Object.assign(outgoing, { state: 'stored', seq: posted.seq })
}

export function fail(timeline: Timeline, clientKey: string, error: string): void {
  const outgoing = timeline.outgoing.find((one) => one.clientKey === clientKey)
  if (outgoing) Object.assign(outgoing, { state: 'failed', error })
}

/** No connection: the message stays, and everything written after it stays behind it. */
export function wait(timeline: Timeline, clientKey: string): void {
  const outgoing = timeline.outgoing.find((one) => one.clientKey === clientKey)
  if (outgoing) outgoing.state = 'waiting'
}

/** Whether something that was written earlier has to be sent first. */
export function isBehind(timeline: Timeline, clientKey: string): boolean {
  const first = timeline.outgoing.find((one) => one.state === 'waiting' || one.clientKey === clientKey)
  return first !== undefined && first.clientKey !== clientKey
}

export function remove(timeline: Timeline, clientKey: string): void {
  timeline.outgoing = timeline.outgoing.filter((one) => one.clientKey !== clientKey)
}

function settle(timeline: Timeline, message: Message): void {
  // Customers choose the keys of their own messages; those say nothing about ours.
  if (message.sender !== 'agent') return
  timeline.outgoing = timeline.outgoing.filter((one) => one.clientKey !== message.client_key && one.seq !== message.seq)
}
