import type { Conversation, ConversationView, Event, Message } from '@/api/types'

export const ME = 'user-me'

export function message(seq: number, more: Partial<Message> = {}): Event {
  const at = `2026-11-22T01:00:${String(seq % 60).padStart(2, '0')}Z`
  const body: Message = {
    id: `message-${seq}`, seq, sender: 'customer', actor: { type: 'contact', id: 'contact-1' }, visibility: 'public',
    content: { type: 'text', text: `text ${seq}` }, created_at: at, ...more,
  }
  return { conversation_id: 'c1', seq, at, actor: body.actor, type: 'message', message: body }
}

export function ownMessage(seq: number, clientKey: string): Event {
  return message(seq, { sender: 'agent', actor: { type: 'user', id: ME }, client_key: clientKey })
}

export function view(more: Partial<Conversation> = {}): ConversationView {
  const conversation: Conversation = {
    id: 'c1', inbox_id: 'i1', contact_id: 'contact-1', status: 'queued', assignee_id: null, team_id: null, seq: 1, public_seq: 1, bot: true, snoozed_until: null,
    unread_by_agents: 0, unread_by_contact: 0, agents_read_seq: 0, contact_read_seq: 0, waiting_since: null,
    last_message_id: null, last_message_at: '2026-11-22T01:00:00Z', created_at: '2026-11-22T01:00:00Z', updated_at: '2026-11-22T01:00:00Z', resolved_at: null, ...more,
  }
  return { conversation, contact: { id: 'contact-1', name: null, display_name_zh: '访客 1', display_name_en: 'Visitor 1' }, inbox: { id: 'i1', name: 'Shop' }, assignee: null, preview: null, tags: [] }
}
