// The words of the public API. The names are those of the server's types.

export type Id = string
/** RFC 3339 in UTC. */
export type Timestamp = string

export type Status = 'bot' | 'queued' | 'assigned' | 'waiting' | 'snoozed' | 'resolved'
export type Role = 'admin' | 'supervisor' | 'agent' | 'read-only'
export type TokenScope =
  | 'conversations:read'
  | 'conversations:write'
  | 'contacts:read'
  | 'contacts:write'
  | 'knowledge:read'
  | 'knowledge:write'
  | 'admin'
export type SenderKind = 'customer' | 'agent' | 'bot' | 'system'
export type Visibility = 'public' | 'private'
export type HandOverReason = 'requested' | 'repeated_failure' | 'cannot_read' | 'no_bot'
export type IdentityKind = 'visitor' | 'external' | 'email' | 'phone'
export type InboxKind = 'web' | 'api'

export type Actor = { type: 'contact'; id: Id } | { type: 'user'; id: Id } | { type: 'bot' } | { type: 'system' }

export interface Choice {
  id: string
  label: string
}

export type Content =
  | { type: 'text'; text: string; choice?: Choice }
  | { type: 'image'; file_id: Id; name: string }
  | { type: 'file'; file_id: Id; name: string; size: number }
  | { type: 'voice'; file_id: Id; duration_ms: number }
  | { type: 'card'; title: string; text: string; image_url?: string; url?: string }
  | { type: 'choices'; text: string; options: Choice[] }

export interface Message {
  id: Id
  seq: number
  sender: SenderKind
  actor: Actor
  visibility: Visibility
  content: Content
  client_key?: string
  created_at: Timestamp
}

export type EventBody =
  | { type: 'opened'; status: Status }
  | { type: 'message'; message: Message }
  | { type: 'handed_over'; reason: HandOverReason }
  | { type: 'assigned'; user_id: Id | null; team_id: Id | null }
  | { type: 'returned_to_bot' }
  | { type: 'snoozed'; until: Timestamp }
  | { type: 'woke' }
  | { type: 'resolved' }
  | { type: 'reopened' }
  | { type: 'contact_changed'; contact_id: Id }
  | { type: 'status_changed'; from: Status; to: Status }

export type Event = { conversation_id: Id; seq: number; at: Timestamp; actor: Actor } & EventBody

export interface Conversation {
  id: Id
  inbox_id: Id
  contact_id: Id
  status: Status
  assignee_id: Id | null
  team_id: Id | null
  seq: number
  public_seq: number
  bot: boolean
  snoozed_until: Timestamp | null
  unread_by_agents: number
  unread_by_contact: number
  agents_read_seq: number
  contact_read_seq: number
  waiting_since: Timestamp | null
  last_message_id: Id | null
  last_message_at: Timestamp | null
  created_at: Timestamp
  updated_at: Timestamp
  resolved_at: Timestamp | null
}

export interface ConversationView {
  conversation: Conversation
  contact: { id: Id; name: string | null; display_name_zh: string; display_name_en: string }
  inbox: { id: Id; name: string }
  assignee: { id: Id; name: string } | null
  preview: { text: string; kind: Content['type']; sender: SenderKind; at: Timestamp } | null
}

export type ListName = 'mine' | 'unassigned' | 'bot' | 'all'

export interface ConversationCounts {
  mine: number
  unassigned: number
  bot: number
  all_open: number
  mine_unread: number
}

export interface EventPage {
  events: Event[]
  last_seq: number
  more: boolean
  reached: number
}

export interface Posted {
  message_id: Id
  conversation_id: Id
  seq: number
  duplicate: boolean
}

export interface Contact {
  id: Id
  name: string | null
  email: string | null
  phone: string | null
  locale: string | null
  attributes: Record<string, string>
  merged_into: Id | null
  erased_at: Timestamp | null
  created_at: Timestamp
  updated_at: Timestamp
}

/** A field that is absent stays, `null` clears it. */
export interface ContactUpdate {
  name?: string | null
  email?: string | null
  phone?: string | null
  locale?: string | null
  attributes?: Record<string, string>
}

export interface Identity {
  id: Id
  contact_id: Id
  kind: IdentityKind
  value: string
  verified: boolean
}

export interface TraceTerm {
  term: string
  weight: number
  matched: boolean
}

export interface TraceCandidate {
  entry_id: string
  question: string
  matched: string
  score: number
  confidence: number
  terms: TraceTerm[]
}

export type TraceDecision =
  | { type: 'answer'; entry_id: string; confidence: number; threshold: number }
  | { type: 'choices'; entry_ids: string[]; threshold: number }
  | { type: 'unknown'; best: number; threshold: number; failures_in_a_row: number }
  | { type: 'hand_over'; reason: HandOverReason; matched: string }

export interface Trace {
  id: Id
  conversation_id: Id
  message_id: Id
  at: Timestamp
  input: string
  language: string
  decided_by: string
  candidates: TraceCandidate[]
  decision: TraceDecision
  why_zh: string
  why_en: string
  took_us: number
}

export interface User {
  id: Id
  email: string
  name: string
  role: Role
  skills: string[]
  teams: Id[]
  active: boolean
  created_at: Timestamp
}

export interface NewUser {
  email: string
  name: string
  role: Role
  password: string
}

export interface Team {
  id: Id
  name: string
  members: Id[]
}

export interface Inbox {
  id: Id
  kind: InboxKind
  key: string
  name: string
  settings: { bot: boolean } & Record<string, unknown>
  created_at: Timestamp
}

export interface Workspace {
  id: Id
  slug: string
  name: string
}

export interface SignedIn {
  user: User
  workspace: Workspace
  csrf_token: string
}

export interface ApiToken {
  id: Id
  name: string
  scopes: TokenScope[]
  created_at: Timestamp
  expires_at: Timestamp | null
}

export interface StoredFile {
  id: Id
  name: string
  mime: string
  size: number
}

export interface KnowledgeEntry {
  id: Id
  question: string
  answer: string
  variants: string[]
  lang: string | null
  category: string | null
  created_at: Timestamp
  updated_at: Timestamp
}

export type NewKnowledgeEntry = Pick<KnowledgeEntry, 'question' | 'answer' | 'variants'> & { lang?: string; category?: string }

export interface ImportReport {
  added: number
  updated: number
  refused: { place: string; code: string; message_zh: string; message_en: string }[]
}

export interface Asked {
  decision: TraceDecision
  answer: string | null
  candidates: TraceCandidate[]
}

export type JobState = 'dead' | 'ready' | 'running'

export interface Job {
  id: number
  kind: string
  key: string
  state: JobState
  attempts: number
  run_at: Timestamp
  last_error: string | null
  created_at: Timestamp
}

export interface Page<T> {
  items: T[]
  next_cursor: string | null
}

export interface Problem {
  type?: string
  title: string
  status: number
  code: string
  detail?: string
  request_id?: string
  errors?: { field: string; detail: string }[]
}
