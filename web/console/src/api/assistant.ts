// What the API says about the assistant. Reports of test runs are JSON of their own in the server's document, so their shape
// is written down here.

import type { components } from './schema'

type Schemas = components['schemas']

export interface FileProblem {
  file: string
  /** Counted from 1; 0 is the file as a whole. */
  line: number
  column: number
  message: string
  hint?: string | null
  /** Whether it keeps the files from being published. */
  fatal: boolean
}

export interface DraftLine { path: string; revision: number; updated_at: string; updated_by: Schemas['Actor']; bytes: number }
export interface DraftList { revision: number; items: DraftLine[] }
export interface DraftFile { path: string; text: string; revision: number; updated_at: string; updated_by: Schemas['Actor'] }
export interface PlainFile { path: string; text: string }

export interface FlowLine {
  id: string
  file: string
  title_zh: string
  title_en: string
  slots: { name: string; type: string; title_zh: string; title_en: string }[]
}
export interface FilesChecked {
  fit: boolean
  problems: FileProblem[]
  flows: FlowLine[]
  tests: { name: string; file: string; lang: string; turns: number }[]
  customers: { name: string; file: string; lang: string; flow: string }[]
}
export interface FlowList { release: number | null; items: FlowLine[] }
export interface Drawing { svg?: string | null; problems: FileProblem[] }

export interface TestFigures { runs: number; passed: number; failed: number; pass_1: number; pass_all: number }
export interface ReleaseLine { number: number; note: string; live: boolean; created_at: string; created_by: Schemas['Actor']; tests?: TestFigures | null }
export type Release = Omit<ReleaseLine, 'tests'> & { report: unknown }

/** How a turn of a test went. */
export interface TurnReport {
  customer: string
  bot: string[]
  options: string[]
  flow?: string | null
  asks?: string | null
  calls: string[]
  commands: string[]
  handed_over?: string | null
}
export interface Miss { what: string; expected: string; got: string }
export interface TestRun { seed: number; failed?: { turn: number; line: number; misses: Miss[] } | null; turns?: TurnReport[] }
export interface TestedConversation { name: string; file: string; passed: number; runs: TestRun[] }
export interface TestReport extends TestFigures {
  noise: number
  took_ms: number
  /** Conversations that were not run, since they need a back end that is there for tests. */
  skipped: string[]
  conversations: TestedConversation[]
}

export interface Visit { seed: number; result: 'success' | 'failure' | 'gave_up'; turns: number; why?: string; transcript?: TurnReport[] }
export interface SimulatedCustomer { name: string; file: string; flow: string; passed: number; runs: Visit[] }
export interface Simulation {
  runs: number
  pass_1: number
  pass_4: number | null
  flows: { flow: string; customers: number; pass_1: number; pass_4: number | null }[]
  customers: SimulatedCustomer[]
  took_ms: number
}

export interface TurnChange { turn: number; customer: string; changed: Record<string, [string, string]>; says: [string, string] }
export interface Replay {
  from: number
  to: number
  conversations: number
  turns: number
  changed_conversations: number
  changed_turns: number
  changed: Record<string, number>
  hand_overs: [number, number]
  guard_hits: [number, number]
  different: { conversation: string; turns: number; changes: TurnChange[] }[]
}

/** `draft`, `live`, or the number of a release. */
export type Which = string
export interface Trial { runs?: number; noise?: number; only?: string }
export interface TalkContact { name?: string; external_id?: string; phone?: string; email?: string; verified?: boolean }
export interface TalkTurn {
  release: Which
  memory: string | null
  text?: string
  choice?: string
  lang?: 'zh' | 'en'
  contact?: TalkContact
  wait_minutes?: number
}
export interface TalkReply {
  says: { text: string; options: { id: string; label: string }[] }[]
  handed_over: Schemas['HandOverReason'] | null
  flow: string | null
  asks: string | null
  slots: Record<string, unknown>
  calls: { tool: string; input: unknown; result: { type: 'ok'; output: unknown } | { type: 'failed'; code: string; message: string; acted: boolean } }[]
  ended: { flow: string; outcome: string }[]
  trace: Schemas['Trace']
  memory: string
}

export interface SecretInfo { name: string; set_at: string; set_by: Schemas['Actor'] }
export interface AssistantSetting extends SecretInfo { value: string }

export type OutcomeName = 'confirmed' | 'assumed' | 'handed_over' | 'abandoned' | 'reopened'
/** `day`: days since 1970-01-01, UTC. */
export interface OutcomeCount { day: number; outcome: OutcomeName; flow?: string | null; count: number }
export interface Stretch {
  id: string
  began_at: string
  topic: { flow?: string | null; answer?: string | null }
  outcome?: OutcomeName | null
  ended_at?: string | null
}

export type TicketState = 'open' | 'closed'
export type TicketKind = 'ticket' | 'callback'
export interface Ticket {
  id: string
  number: number
  kind: TicketKind
  state: TicketState
  contact_id: string
  conversation_id?: string | null
  /** Nothing once the contact was erased. */
  details?: { subject: string; text: string; phone?: string | null; slots: Record<string, unknown> } | null
  created_at: string
  created_by: Schemas['Actor']
  closed_at?: string | null
  closed_by?: Schemas['Actor'] | null
}
