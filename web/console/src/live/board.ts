// Every conversation that the console has heard of, in its newest state, and which of them each list shows.

import type { ConversationView, Id, ListName } from '@/api/types'
import { belongsTo } from '@/rules/conversation'

export interface List {
  ids: Set<Id>
  cursor: string | null
  loaded: boolean
}

export interface Board {
  views: Map<Id, ConversationView>
  lists: Record<ListName, List>
  /** Counts every state that was taken; tells what is newer than an answer under way. */
  changes: number
  changedAt: Map<Id, number>
}

const emptyList = (): List => ({ ids: new Set(), cursor: null, loaded: false })

export function emptyBoard(): Board {
  return {
    views: new Map(),
    lists: { mine: emptyList(), unassigned: emptyList(), bot: emptyList(), all: emptyList() },
    changes: 0,
    changedAt: new Map(),
  }
}

/**
 * Takes a conversation's state, from wherever it comes, unless a newer one is known; moves it between the lists.
 * Says whether it was taken.
 */
export function putView(board: Board, view: ConversationView, me: Id): boolean {
  const { conversation } = view
  const known = board.views.get(conversation.id)
  if (known && !isNewer(view, known)) return false
  board.views.set(conversation.id, view)
  board.changedAt.set(conversation.id, ++board.changes)
  for (const name of Object.keys(board.lists) as ListName[]) {
    const list = board.lists[name]
    if (belongsTo(name, conversation, me)) list.ids.add(conversation.id)
    else list.ids.delete(conversation.id)
  }
  return true
}

// Reading makes no event, so views of the same seq differ in how far they are read.
function isNewer(view: ConversationView, known: ConversationView): boolean {
  const [a, b] = [view.conversation, known.conversation]
  if (a.seq !== b.seq) return a.seq > b.seq
  return a.agents_read_seq >= b.agents_read_seq && a.contact_read_seq >= b.contact_read_seq
}

/**
 * Takes a page of a list as the server gave it. A first page begins the list anew: `begun` is then the count of changes when
 * it was asked for, and what changed since stays. It is `null` for a page that continues.
 */
export function putPage(board: Board, name: ListName, page: { items: ConversationView[]; next_cursor: string | null }, begun: number | null, me: Id): void {
  const list = board.lists[name]
  if (begun !== null) list.ids = new Set([...list.ids].filter((id) => (board.changedAt.get(id) ?? 0) > begun))
  for (const view of page.items) {
    putView(board, view, me)
    const known = board.views.get(view.conversation.id) ?? view
    if (belongsTo(name, known.conversation, me)) list.ids.add(view.conversation.id)
  }
  list.cursor = page.next_cursor
  list.loaded = true
}

/** A list in the order in which it is shown: newest activity first. */
export function listed(board: Board, name: ListName): ConversationView[] {
  return [...board.lists[name].ids]
    .map((id) => board.views.get(id))
    .filter((view): view is ConversationView => view !== undefined)
    .sort((a, b) => activity(b) - activity(a))
}

// The server pages through its lists in this order too.
const activity = ({ conversation }: ConversationView): number => Date.parse(conversation.updated_at)

/** Somebody has read up to `seq`. */
export function markRead(board: Board, id: Id, by: 'contact' | 'agent', seq: number): void {
  const view = board.views.get(id)
  if (!view) return
  const conversation = { ...view.conversation }
  if (by === 'agent') {
    if (seq <= conversation.agents_read_seq) return
    conversation.agents_read_seq = seq
    conversation.unread_by_agents = Math.min(conversation.unread_by_agents, Math.max(0, conversation.seq - seq))
  } else {
    if (seq <= conversation.contact_read_seq) return
    conversation.contact_read_seq = seq
    conversation.unread_by_contact = Math.min(conversation.unread_by_contact, Math.max(0, conversation.public_seq - seq))
  }
  board.views.set(id, { ...view, conversation })
}
