// The words of the public API, by the names under which the console knows them. `schema.d.ts` is generated from the
// server's own OpenAPI document (`npm run api`), so a change there that the console does not follow fails to compile.

import type { components } from './schema'

type Schemas = components['schemas']

/** What the server answers: it writes every field, `null` where there is nothing. */
type Answer<T> = T extends readonly [unknown, ...unknown[]] ? { [At in keyof T]: Answer<T[At]> } : T extends readonly (infer One)[] ? Answer<One>[] : T extends object ? { [Field in keyof T]-?: Answer<T[Field]> } : T

/** Contents as they are stored: only what is `null` when absent may be left out. */
type Filled<T> = T extends object ? { [Field in keyof T as null extends T[Field] ? never : Field]-?: T[Field] } & { [Field in keyof T as null extends T[Field] ? Field : never]?: T[Field] } : T

export type Id = string
/** RFC 3339 in UTC. */
export type Timestamp = Schemas['Timestamp']

export type Status = Schemas['Status']
export type Role = Schemas['Role']
export type TokenScope = Schemas['TokenScope']
export type SenderKind = Schemas['SenderKind']
export type Visibility = Schemas['Visibility']
export type HandOverReason = Schemas['HandOverReason']
export type IdentityKind = Schemas['IdentityKind']
export type InboxKind = Schemas['InboxKind']
export type JobState = Schemas['JobState']

export type Actor = Schemas['Actor']
export type Choice = Schemas['Choice']
export type Content = Filled<Schemas['Content']>
export type Message = Omit<Schemas['Message'], 'content'> & { content: Content }
type OtherEvent = Exclude<Schemas['EventBody'], { type: 'message' }>
export type EventBody = Answer<OtherEvent> | { type: 'message'; message: Message }
export type Event = Omit<Schemas['Event'], keyof Schemas['EventBody']> & EventBody
export type EventPage = Omit<Schemas['EventPage'], 'events'> & { events: Event[] }
export type Posted = Schemas['Receipt']

export type Conversation = Answer<Schemas['Conversation']>
export type ConversationCounts = Schemas['Counts']
type Preview = Omit<Schemas['Preview'], 'kind'> & { kind: Content['type'] }
export type ConversationView = Omit<Answer<Schemas['ConversationView']>, 'preview'> & { preview: Preview | null }
export type ListName = 'mine' | 'unassigned' | 'bot' | 'all'

export type Contact = Answer<Schemas['Contact']>
export type ContactUpdate = Schemas['ContactUpdate']
export type Identity = Schemas['Identity']

export type TraceTerm = Schemas['TraceTerm']
export type TraceCandidate = Schemas['TraceCandidate']
export type TraceDecision = Schemas['TraceDecision']
export type Trace = Schemas['Trace']

export type Understanding = Schemas['TraceUnderstanding']
export type FoundIntent = Schemas['TraceIntent']
export type FoundEntity = Schemas['TraceEntity']
export type Mood = Schemas['TraceMood']
export type Safety = Schemas['TraceSafety']
export type Reason = Schemas['TraceReason']
export type Ranked = Schemas['TraceLabel']
export type Reading = Answer<Schemas['Reading']>
export type MaskedText = Schemas['MaskedText']

export type Intent = Answer<Schemas['CountedIntent']>
export type IntentList = Omit<Schemas['IntentList'], 'items'> & { items: Intent[] }
export type IntentAction = Schemas['IntentAction']
export type WriteIntent = Schemas['WriteIntent']
export type Utterance = Answer<Schemas['Utterance']>
export type LanguageImport = Schemas['LanguageImport']
export type LanguageModel = Answer<Schemas['LanguageModel']>
export type LanguageStatus = Answer<Schemas['LanguageStatus']>
export type Training = Answer<Schemas['Training']>
/** The report and the doubts are JSON of their own, read in `language/report`. */
export type LanguageModelReport = LanguageModel & { report: unknown; suspicious: unknown }
/** The summary is JSON of its own, read in `sidebar/gist`. */
export type Gist = Omit<Schemas['Gist'], 'summary'> & { summary: unknown }
export type EntityType = Answer<Schemas['EntityType']>
export type EntityValue = Answer<Schemas['EntityValue']>
export type WriteEntityType = Schemas['WriteEntityType']

export type User = Schemas['User']
export type NewUser = Schemas['CreateUser']
export type UserChange = Schemas['UserChange']
export type Team = Schemas['Team']
export type Workspace = Schemas['Workspace']
export type SignedIn = { user: User; workspace: Workspace; csrf_token: string }

export type Inbox = Omit<Schemas['Inbox'], 'settings'> & { settings: InboxSettings }
export type InboxSettings = Answer<Schemas['InboxSettings']>
export type OpeningHours = Answer<Schemas['OpeningHours']>
export type NewInbox = Schemas['NewInbox']
export type InboxChange = Schemas['InboxChange']

export type ApiToken = Answer<Schemas['Token']>
export type NewApiToken = ApiToken & { token: string }
export type StoredFile = Schemas['StoredFile']

/** What an entry says. The server leaves out what a source or a special answer does not have. */
export type KnowledgeContent = Omit<Answer<Schemas['EntryContent']>, 'source' | 'answers'> & { source: KnowledgeSource; answers: SpecialAnswer[] }
export type KnowledgeEntry = KnowledgeContent & { id: Id; version: number; created_at: Timestamp; updated_at: Timestamp }
export type NewKnowledgeEntry = Schemas['EntryContent']
export type KnowledgeSource = Schemas['EntrySource']
export type SpecialAnswer = Schemas['SpecialAnswer']
export type EntryKind = Schemas['EntryKind']
export type EntryStatus = Schemas['EntryStatus']
export type Audience = Schemas['Audience']
export type EntryFacets = Schemas['EntryFacets']
export type EntryVersion = Omit<Answer<Schemas['EntryVersion']>, 'content'> & { content: KnowledgeContent }
export type FieldDifference = { field: string; before: unknown; after: unknown }
export type Difference = Omit<Schemas['Difference'], 'fields'> & { fields: FieldDifference[] }
export type DifferenceLine = Schemas['Line']
export type KnowledgeUsage = Schemas['Usage']
export type DayOfUse = Schemas['DayOfUse']
export type ChangeOrigin = Schemas['ChangeOrigin']
export type ChangeState = Schemas['ChangeState']
export type ChangeEvidence = Schemas['ChangeEvidence']
export type DraftedEntry = Answer<Omit<Schemas['DraftedEntry'], 'change'>> & { change: KnowledgeChange }

export type Offers = Schemas['Offers']
export type HelpTone = Schemas['HelpTone']
export type Suggestion = Answer<Schemas['Suggestion']>
export type KnowledgeChange = Omit<Answer<Schemas['KbChange']>, 'content'> & { content: KnowledgeContent }
export type ProposedChange = KnowledgeChange & { difference: Difference | null }
export type ImportReport = Schemas['ImportReport']
export type ReportLine = Schemas['ReportLine']
export type ReadDocument = Omit<Answer<Schemas['ReadDocument']>, 'entry'> & { entry: KnowledgeEntry }
export type Website = Answer<Schemas['Website']>
export type WebSettings = Schemas['WebSettings']
export type IndexStatus = Answer<Schemas['IndexStatus']>
export type EvalPair = Answer<Schemas['EvalPair']>
export type NewEvalPair = Schemas['NewEvalPair']
export type Measured = Schemas['Measured']
export type HelpSite = Answer<Schemas['HelpSite']>
export type WriteSite = Schemas['WriteSite']
export type Asked = Answer<Schemas['Asked']>

export type Job = Answer<Schemas['Job']>
export type Problem = Pick<Schemas['Problem'], 'title' | 'status' | 'code'> & Partial<Schemas['Problem']>

export interface Page<T> {
  items: T[]
  next_cursor: string | null
}
