// What the API says about the assistant. Reports of test runs are JSON of their own in the server's document, so their shape
// is written down here.

import type { components } from './schema'

type Schemas = components['schemas']

export type FileProblem = Schemas['FileProblem']
/** What the server tells in both languages. */
export type Said = Schemas['Said']
export type DraftLine = Schemas['DraftLine']
export type DraftList = Schemas['DraftList']
export type DraftFile = Schemas['AssistantDraft']
export type PlainFile = Schemas['AssistantFile']
export type FilesChecked = Schemas['FilesChecked']
export type FlowList = Schemas['FlowList']
export type Drawing = Schemas['Drawing']

export type TestFigures = Schemas['TestFigures']
export type ReleaseLine = Schemas['ReleaseLine']
export type Release = Omit<Schemas['Release'], 'report'> & { report: unknown }

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
export interface TestReport extends Omit<TestFigures, 'skipped'> {
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

/** A conversation that nobody would have, in which a person was asked for in vain. */
export interface Walk { seed: number; turns: number; asked_with: string; handed_over: boolean; silent: number[]; broken?: string; transcript: string[] }
export interface Walks { count: number; turns: number; asked: number; honoured: number; taken_over_before: number; failures: Walk[] }

export type RunKind = Schemas['RunKind']
export type Run = Schemas['RunInfo']
/** A run with what it came to: of `test` a [`TestReport`], of `simulate` a [`Simulation`], of `walk` [`Walks`], of `replay` a [`Replay`], of `publish` the release. */
export interface ToldRun extends Run {
  result: unknown
  problem: { code: string; detail: string; problems?: FileProblem[]; report?: TestReport } | null
}

/** `draft`, `live`, or the number of a release. */
export type Which = string
export type Trial = Schemas['Trial']
export type TalkTurn = Partial<Schemas['TalkTurn']> & Pick<Schemas['TalkTurn'], 'release'> & { memory: string | null }
export type TalkReply = Schemas['TalkReply']

export type SecretInfo = Schemas['SecretInfo']
export type AssistantSetting = Schemas['Setting']

export type ModelUse = Schemas['ModelUse']
export type ModelBooks = Schemas['ModelBooks']

export type OutcomeName = Schemas['Outcome']
/** `day`: days since 1970-01-01, UTC. */
export type OutcomeCount = Schemas['OutcomeCount']
export type Stretch = Schemas['StretchView']

export type Consent = Schemas['Consent']
export type ConsentAnswer = Schemas['ConsentAnswer']
export type ConsentSaid = Schemas['ConsentSaid']

export type TicketState = Schemas['TicketState']
export type TicketKind = Schemas['TicketKind']
export type Ticket = Schemas['Ticket']
