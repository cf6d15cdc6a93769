// The frames of the agents' WebSocket.

import type { ConversationView, Event, Id, Problem } from '@/api/types'

export type PresenceStatus = 'online' | 'away'

export type ClientFrame =
  | { type: 'hello'; cursor?: string }
  | { type: 'watch'; conversation_id: Id; last_seq: number }
  | { type: 'typing'; conversation_id: Id; on: boolean }
  | { type: 'presence'; status: PresenceStatus }
  | { type: 'ping' }

export type ServerFrame =
  | { type: 'welcome'; cursor: string; user_id: Id; heartbeat_seconds: number }
  | { type: 'event'; cursor?: string; prev?: number; event: Event; view?: ConversationView }
  | { type: 'watched'; conversation_id: Id; last_seq: number }
  | { type: 'read'; conversation_id: Id; by: 'contact' | 'agent'; seq: number }
  | { type: 'typing'; conversation_id: Id; who: 'contact' | 'agent' | 'bot'; user_id?: Id | null; on: boolean }
  /** Something of the workspace other than a conversation changed. */
  | { type: 'changed'; cursor: string; what: 'knowledge' | 'language' | 'settings' | 'contact' | 'assistant' | 'tickets' }
  | { type: 'presence'; users: Record<Id, PresenceStatus> }
  | { type: 'reset'; reason: string; cursor?: string }
  | { type: 'pong' }
  | { type: 'error'; problem: Problem }
