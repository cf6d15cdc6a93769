import { ApiError } from './error'
import type {
  AssistantSetting,
  Consent,
  ConsentAnswer,
  ConsentSaid,
  DraftFile,
  DraftList,
  Drawing,
  FilesChecked,
  FlowList,
  ModelBooks,
  OutcomeCount,
  PlainFile,
  Release,
  ReleaseLine,
  Run,
  SecretInfo,
  Stretch,
  TalkReply,
  TalkTurn,
  Ticket,
  TicketKind,
  TicketState,
  ToldRun,
  Trial,
  Which,
} from './assistant'
import type {
  ApiToken,
  Asked,
  ChangeState,
  Contact,
  ContactUpdate,
  Content,
  ConversationCounts,
  ConversationView,
  Difference,
  DraftedEntry,
  EntityType,
  EntryFacets,
  EntryStatus,
  EntryVersion,
  EvalPair,
  EventPage,
  Gist,
  HelpSite,
  HelpTone,
  Id,
  Identity,
  ImportReport,
  Inbox,
  InboxChange,
  IndexStatus,
  Intent,
  IntentList,
  Job,
  JobState,
  KnowledgeChange,
  KnowledgeEntry,
  KnowledgeUsage,
  LanguageImport,
  LanguageModel,
  LanguageModelReport,
  LanguageStatus,
  ListName,
  MaskedText,
  Measured,
  NewApiToken,
  NewEvalPair,
  NewInbox,
  NewKnowledgeEntry,
  NewUser,
  Offers,
  Page,
  Posted,
  ProposedChange,
  ReadDocument,
  Reading,
  SignedIn,
  Status,
  StoredFile,
  Suggestion,
  Team,
  Timestamp,
  TokenScope,
  Trace,
  Training,
  User,
  UserChange,
  Utterance,
  Visibility,
  Website,
  WebSettings,
  WriteEntityType,
  WriteIntent,
  WriteSite,
} from './types'
import type { Graph } from '@/knowledge/graph'

const BASE = '/api/v1'
const PATIENCE_MS = 30_000
/** For what the server has to work out first. */
const LONG_PATIENCE_MS = 300_000
type Query = Record<string, string | number | undefined>
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

let csrfToken = ''
let onSignedOut: () => void = () => {}

/** The token that the session's cookie is good with; told by the log-in answer. */
export function useCsrfToken(token: string): void {
  csrfToken = token
}

/** What to do when the server no longer knows the session. */
export function whenSignedOut(action: () => void): void {
  onSignedOut = action
}

async function call<T>(method: Method, path: string, options: { query?: Query; body?: unknown; form?: FormData; patience?: number } = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (method !== 'GET' && csrfToken) headers['X-CSRF-Token'] = csrfToken
  if (options.body !== undefined) headers['Content-Type'] = 'application/json'
  let response: Response
  try {
    response = await fetch(BASE + path + search(options.query), {
      method,
      headers,
      credentials: 'same-origin',
      // An upload may take its time; everything else that takes this long has lost its way.
      ...(options.form ? {} : { signal: AbortSignal.timeout(options.patience ?? PATIENCE_MS) }),
      body: options.form ?? (options.body === undefined ? null : JSON.stringify(options.body)),
    })
  } catch {
    throw ApiError.offline()
  }
  if (!response.ok) {
    const error = await ApiError.from(response)
    if (error.code === 'unauthenticated' && !path.startsWith('/auth/')) onSignedOut()
    throw error
  }
  const text = await response.text()
  return (text === '' ? undefined : JSON.parse(text)) as T
}

function search(query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  return given.length ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : ''
}

function upload<T>(path: string, file: File, query?: Query): Promise<T> {
  const form = new FormData()
  form.append('file', file, file.name)
  return call<T>('POST', path, { form, ...(query ? { query } : {}) })
}

type Items<T> = { items: T[] }

export const api = {
  auth: {
    login: (email: string, password: string) => call<SignedIn>('POST', '/auth/login', { body: { email, password } }),
    me: () => call<SignedIn>('GET', '/auth/me'),
    logout: () => call<void>('POST', '/auth/logout'),
    changePassword: (current: string, next: string) => call<void>('POST', '/auth/password', { body: { current, new: next } }),
  },

  conversations: {
    list: (query: { view: ListName; status?: Status; inbox_id?: Id; contact_id?: Id; tag?: string; limit?: number; cursor?: string }) =>
      call<Page<ConversationView>>('GET', '/conversations', { query }),
    counts: () => call<ConversationCounts>('GET', '/conversations/counts'),
    get: (id: Id) => call<ConversationView>('GET', `/conversations/${id}`),
    eventsAfter: (id: Id, after: number) =>
      call<EventPage>('GET', `/conversations/${id}/events`, { query: { after, limit: 200 } }),
    eventsBefore: (id: Id, before: number) =>
      call<EventPage>('GET', `/conversations/${id}/events`, { query: { before, limit: 50 } }),
    post: (id: Id, body: { client_key: string; content: Content; visibility: Visibility }) =>
      call<Posted>('POST', `/conversations/${id}/messages`, { body }),
    takeOver: (id: Id) => call<ConversationView>('POST', `/conversations/${id}/take-over`),
    returnToBot: (id: Id) => call<ConversationView>('POST', `/conversations/${id}/return-to-bot`),
    resolve: (id: Id) => call<ConversationView>('POST', `/conversations/${id}/resolve`),
    reopen: (id: Id) => call<ConversationView>('POST', `/conversations/${id}/reopen`),
    snooze: (id: Id, until: Timestamp) => call<ConversationView>('POST', `/conversations/${id}/snooze`, { body: { until } }),
    assign: (id: Id, body: { user_id: Id | null; team_id: Id | null }) =>
      call<ConversationView>('POST', `/conversations/${id}/assign`, { body }),
    read: (id: Id, seq: number) => call<ConversationView>('POST', `/conversations/${id}/read`, { body: { seq } }),
    gist: (id: Id) => call<Gist>('GET', `/conversations/${id}/summary`),
    stretches: (id: Id) => call<Items<Stretch>>('GET', `/conversations/${id}/stretches`),
    traces: (id: Id) => call<Items<Trace>>('GET', `/conversations/${id}/traces`),
  },

  assist: {
    offers: () => call<Offers>('GET', '/assist'),
    rephrase: (id: Id, text: string, tone: HelpTone) => call<Suggestion>('POST', `/conversations/${id}/assist/rephrase`, { body: { text, tone } }),
    /** Into the customer's language when none is named. */
    translate: (id: Id, text: string, into: 'zh' | 'en' | null) => call<Suggestion>('POST', `/conversations/${id}/assist/translate`, { body: { text, into } }),
    summarise: (id: Id, lang: 'zh' | 'en') => call<Suggestion>('POST', `/conversations/${id}/assist/summary`, { body: { lang } }),
  },

  contacts: {
    find: (q: string) => call<Page<Contact>>('GET', '/contacts', { query: { q } }),
    get: (id: Id) => call<Contact>('GET', `/contacts/${id}`),
    update: (id: Id, body: ContactUpdate) => call<Contact>('PATCH', `/contacts/${id}`, { body }),
    consent: (id: Id) => call<Consent>('GET', `/contacts/${id}/consent`),
    consentHistory: (id: Id, cursor?: string) => call<Page<ConsentSaid>>('GET', `/contacts/${id}/consent/history`, { query: { limit: 20, cursor } }),
    setConsent: (id: Id, answer: ConsentAnswer) => call<Consent>('PUT', `/contacts/${id}/consent`, { body: { answer } }),
    identities: (id: Id) => call<Items<Identity>>('GET', `/contacts/${id}/identities`),
    merge: (id: Id, into: Id) => call<Contact>('POST', `/contacts/${id}/merge`, { body: { into } }),
    erase: (id: Id) => call<void>('DELETE', `/contacts/${id}`),
  },

  files: {
    upload: (file: File) => upload<StoredFile>('/files', file),
    address: (id: Id) => `${BASE}/files/${id}`,
  },

  knowledge: {
    list: (query: { q?: string; kind?: string; status?: string; lang?: string; category?: string; tag?: string; limit?: number; cursor?: string }) =>
      call<Page<KnowledgeEntry>>('GET', '/kb/entries', { query }),
    facets: (query: { kind?: string; status?: string; lang?: string; category?: string; tag?: string } = {}) =>
      call<EntryFacets>('GET', '/kb/facets', { query }),
    get: (id: Id) => call<KnowledgeEntry>('GET', `/kb/entries/${id}`),
    create: (body: NewKnowledgeEntry) => call<KnowledgeEntry>('POST', '/kb/entries', { body }),
    /** Replaces all that an entry says; refused (`conflict`) when it is no longer at `version`. */
    replace: (id: Id, body: NewKnowledgeEntry, query: { version: number; note?: string }) =>
      call<KnowledgeEntry>('PUT', `/kb/entries/${id}`, { query, body }),
    setStatus: (id: Id, status: EntryStatus) => call<KnowledgeEntry>('PUT', `/kb/entries/${id}/status`, { body: { status } }),
    remove: (id: Id) => call<void>('DELETE', `/kb/entries/${id}`),
    versions: (id: Id, before?: number) =>
      call<{ items: EntryVersion[]; more: boolean }>('GET', `/kb/entries/${id}/versions`, { query: { before } }),
    difference: (id: Id, from: number, to: number) => call<Difference>('GET', `/kb/entries/${id}/difference`, { query: { from, to } }),
    rollBack: (id: Id, version: number) => call<KnowledgeEntry>('POST', `/kb/entries/${id}/roll-back`, { body: { version } }),
    usage: (id: Id) => call<KnowledgeUsage>('GET', `/kb/entries/${id}/usage`),
    changes: (query: { state: ChangeState; cursor?: string }) =>
      call<Page<KnowledgeChange>>('GET', '/kb/changes', { query: { ...query, limit: 100 } }),
    change: (id: Id) => call<ProposedChange>('GET', `/kb/changes/${id}`),
    propose: (body: { entry_id: Id | null; content: NewKnowledgeEntry; state: 'draft' | 'review'; note: string | null }) =>
      call<KnowledgeChange>('POST', '/kb/changes', { body }),
    updateChange: (id: Id, body: { content: NewKnowledgeEntry; state: 'draft' | 'review'; note: string | null }) =>
      call<KnowledgeChange>('PUT', `/kb/changes/${id}`, { body }),
    accept: (id: Id) => call<{ change: KnowledgeChange; entry: KnowledgeEntry }>('POST', `/kb/changes/${id}/accept`, { body: {} }),
    refuse: (id: Id, note: string | null) => call<KnowledgeChange>('POST', `/kb/changes/${id}/refuse`, { body: { note } }),
    /** Has a language model write the answer of a proposed entry. */
    draft: (id: Id) => call<DraftedEntry>('POST', `/kb/changes/${id}/draft`, { patience: LONG_PATIENCE_MS }),
    /** Measures what publishing would do; takes as long as asking all evaluation questions twice. */
    effect: (id: Id) => call<KnowledgeChange>('POST', `/kb/changes/${id}/effect`, { patience: LONG_PATIENCE_MS }),
    tend: () => call<void>('POST', '/kb/upkeep'),
    import: (file: File) => upload<ImportReport>('/kb/import', file, { skip_bad: 'true' }),
    document: (file: File, query: { category?: string; lang?: string; audience?: string }) => upload<ReadDocument>('/kb/documents', file, query),
    exportAddress: (format: 'jsonl' | 'csv' | 'xlsx' | 'markdown_folder') => `${BASE}/kb/export?format=${format}`,
    websites: () => call<Page<Website>>('GET', '/kb/web'),
    createWebsite: (body: WebSettings) => call<Website>('POST', '/kb/web', { body }),
    replaceWebsite: (id: Id, body: WebSettings) => call<Website>('PUT', `/kb/web/${id}`, { body }),
    removeWebsite: (id: Id) => call<void>('DELETE', `/kb/web/${id}`),
    readWebsite: (id: Id) => call<void>('POST', `/kb/web/${id}/read`),
    index: () => call<IndexStatus>('GET', '/kb/index'),
    rebuildIndex: () => call<IndexStatus>('POST', '/kb/index/rebuild', { patience: LONG_PATIENCE_MS }),
    evalPairs: () => call<Page<EvalPair>>('GET', '/kb/eval'),
    addEvalPairs: (pairs: NewEvalPair[]) => call<Page<EvalPair>>('POST', '/kb/eval', { body: { pairs } }),
    removeEvalPair: (id: Id) => call<void>('DELETE', `/kb/eval/${id}`),
    measure: () => call<Measured>('POST', '/kb/eval/run', { patience: LONG_PATIENCE_MS }),
    sites: () => call<Page<HelpSite>>('GET', '/kb/sites'),
    createSite: (body: WriteSite) => call<HelpSite>('POST', '/kb/sites', { body }),
    replaceSite: (id: Id, body: WriteSite) => call<HelpSite>('PUT', `/kb/sites/${id}`, { body }),
    removeSite: (id: Id) => call<void>('DELETE', `/kb/sites/${id}`),
    ask: (text: string) => call<Asked>('POST', '/kb/ask', { body: { text } }),
    graph: () => call<Graph>('GET', '/kb/graph'),
    replaceGraph: (body: Graph) => call<{ things: number; links: number }>('PUT', '/kb/graph', { body }),
    askGraph: (question: string, lang: 'zh' | 'en') => call<{ answer: { text: string; reading: string } | null }>('POST', '/kb/graph/ask', { body: { question, lang } }),
  },

  language: {
    status: () => call<LanguageStatus>('GET', '/language'),
    train: () => call<Training>('POST', '/language/train'),
    models: () => call<Page<LanguageModel>>('GET', '/language/models', { query: { limit: 50 } }),
    model: (version: number) => call<LanguageModelReport>('GET', `/language/models/${version}`),
    activate: (version: number) => call<LanguageModel>('POST', `/language/models/${version}/activate`),
    understand: (text: string) => call<Reading>('POST', '/language/understand', { body: { text } }),
    mask: (text: string, style: 'partial' | 'label') => call<MaskedText>('POST', '/language/mask', { body: { text, style } }),
    import: (file: File) => upload<LanguageImport>('/language/import', file),
    exportAddress: (format: 'yml' | 'jsonl' | 'csv') => `${BASE}/language/export?format=${format}`,
    intents: () => call<IntentList>('GET', '/language/intents'),
    createIntent: (body: WriteIntent) => call<Omit<Intent, 'utterances'>>('POST', '/language/intents', { body }),
    replaceIntent: (id: Id, body: WriteIntent) => call<Omit<Intent, 'utterances'>>('PUT', `/language/intents/${id}`, { body }),
    removeIntent: (id: Id) => call<void>('DELETE', `/language/intents/${id}`),
    /** `null` asks for those that belong to no intent. */
    utterances: (intent: Id | null, query: { q?: string; cursor?: string }) =>
      call<Page<Utterance>>('GET', '/language/utterances', { query: { ...(intent ? { intent_id: intent } : { out_of_scope: 'true' }), limit: 50, ...query } }),
    addUtterances: (intent: Id | null, texts: string[]) =>
      call<{ added: number; known: number }>('POST', '/language/utterances', { body: { intent_id: intent, utterances: texts.map((text) => ({ text })) } }),
    replaceUtterance: (id: Id, intent: Id | null, text: string) =>
      call<Utterance>('PUT', `/language/utterances/${id}`, { body: { intent_id: intent, text } }),
    moveUtterances: (ids: Id[], intent: Id | null) => call<void>('POST', '/language/utterances/move', { body: { ids, intent_id: intent } }),
    removeUtterances: (ids: Id[]) => call<void>('POST', '/language/utterances/delete', { body: { ids } }),
    entityTypes: () => call<Page<EntityType>>('GET', '/language/entity-types'),
    createEntityType: (body: WriteEntityType) => call<EntityType>('POST', '/language/entity-types', { body }),
    replaceEntityType: (id: Id, body: WriteEntityType) => call<EntityType>('PUT', `/language/entity-types/${id}`, { body }),
    removeEntityType: (id: Id) => call<void>('DELETE', `/language/entity-types/${id}`),
  },

  assistant: {
    files: () => call<DraftList>('GET', '/assistant/files'),
    file: (path: string) => call<DraftFile>('GET', '/assistant/file', { query: { path } }),
    /** `null`: there must be none of this path yet. Refused (`conflict`) when the file is no longer at `revision`. */
    write: (path: string, text: string, revision: number | null) =>
      call<DraftFile>('PUT', '/assistant/file', { query: { path }, body: { text, expected_revision: revision } }),
    removeFile: (path: string, revision: number) => call<void>('DELETE', '/assistant/file', { query: { path, expected_revision: revision } }),
    /** Checks the stored files with others in place of some. */
    check: (files: PlainFile[]) => call<FilesChecked>('POST', '/assistant/check', { body: { files } }),
    flows: (of: Which) => call<FlowList>('GET', '/assistant/flows', { query: { of } }),
    graph: (body: { path: string; text: string; lang: 'zh' | 'en'; theme: 'light' | 'dark' }) => call<Drawing>('POST', '/assistant/graph', { body }),
    test: (trial: Trial) => call<Run>('POST', '/assistant/test', { body: trial }),
    simulate: (trial: Trial) => call<Run>('POST', '/assistant/simulate', { body: trial }),
    walk: (body: { count: number }) => call<Run>('POST', '/assistant/walk', { body }),
    replay: (body: { from: Which; to: Which; limit?: number }) => call<Run>('POST', '/assistant/replay', { body }),
    runs: () => call<Items<Run>>('GET', '/assistant/runs'),
    run: (id: Id) => call<ToldRun>('GET', `/assistant/runs/${id}`),
    cancelRun: (id: Id) => call<Run>('POST', `/assistant/runs/${id}/cancel`),
    talk: (turn: TalkTurn) => call<TalkReply>('POST', '/assistant/try', { body: turn }),
    releases: (cursor?: string) => call<Page<ReleaseLine>>('GET', '/assistant/releases', { query: { cursor } }),
    release: (number: number) => call<Release>('GET', `/assistant/releases/${number}`),
    releaseFiles: (number: number) => call<Items<PlainFile>>('GET', `/assistant/releases/${number}/files`),
    publish: (body: { note: string; expected_revision: number; on_failure: 'refuse' | 'publish' }) =>
      call<Run>('POST', '/assistant/releases', { body }),
    goLive: (number: number) => call<ReleaseLine>('POST', `/assistant/releases/${number}/live`),
    takeUp: (number: number) => call<{ revision: number }>('POST', `/assistant/releases/${number}/take-up`),
    pause: () => call<void>('POST', '/assistant/pause'),
    /** Days such as `2026-11-22`, both included. */
    models: (from: string, until: string) => call<ModelBooks>('GET', '/assistant/models', { query: { from, until } }),
    secrets: () => call<Items<SecretInfo>>('GET', '/assistant/secrets'),
    setSecret: (name: string, value: string) => call<void>('PUT', `/assistant/secrets/${encodeURIComponent(name)}`, { body: { value } }),
    removeSecret: (name: string) => call<void>('DELETE', `/assistant/secrets/${encodeURIComponent(name)}`),
    settings: () => call<Items<AssistantSetting>>('GET', '/assistant/settings'),
    setSetting: (name: string, value: string) => call<void>('PUT', `/assistant/settings/${encodeURIComponent(name)}`, { body: { value } }),
    removeSetting: (name: string) => call<void>('DELETE', `/assistant/settings/${encodeURIComponent(name)}`),
    outcomes: (from: Timestamp, until: Timestamp) => call<Items<OutcomeCount>>('GET', '/outcomes', { query: { from, until } }),
  },

  tickets: {
    list: (query: { state?: TicketState; kind?: TicketKind; conversation_id?: Id; limit?: number; cursor?: string }) =>
      call<Page<Ticket>>('GET', '/tickets', { query }),
    create: (conversation: Id, body: { kind: TicketKind; subject: string; text: string; phone: string | null }) =>
      call<Ticket>('POST', `/conversations/${conversation}/tickets`, { body }),
    close: (id: Id) => call<Ticket>('POST', `/tickets/${id}/close`),
    reopen: (id: Id) => call<Ticket>('POST', `/tickets/${id}/reopen`),
  },

  tags: {
    known: () => call<Items<{ name: string; count: number }>>('GET', '/tags'),
    of: (conversation: Id) => call<Items<string>>('GET', `/conversations/${conversation}/tags`),
    add: (conversation: Id, name: string) => call<Items<string>>('PUT', `/conversations/${conversation}/tags/${encodeURIComponent(name)}`),
    remove: (conversation: Id, name: string) => call<Items<string>>('DELETE', `/conversations/${conversation}/tags/${encodeURIComponent(name)}`),
  },

  users: {
    list: () => call<Items<User>>('GET', '/users'),
    create: (body: NewUser) => call<User>('POST', '/users', { body }),
    update: (id: Id, body: UserChange) => call<User>('PATCH', `/users/${id}`, { body }),
  },
  teams: {
    list: () => call<Items<Team>>('GET', '/teams'),
    create: (name: string) => call<Team>('POST', '/teams', { body: { name } }),
  },
  inboxes: {
    list: () => call<Items<Inbox>>('GET', '/inboxes'),
    create: (body: NewInbox) => call<Inbox>('POST', '/inboxes', { body }),
    update: (id: Id, body: InboxChange) => call<Inbox>('PATCH', `/inboxes/${id}`, { body }),
    newIdentitySecret: (id: Id) => call<{ secret: string }>('POST', `/inboxes/${id}/identity-secret`),
  },

  tokens: {
    list: () => call<Items<ApiToken>>('GET', '/tokens'),
    create: (body: { name: string; scopes: TokenScope[]; expires_in_days?: number }) =>
      call<NewApiToken>('POST', '/tokens', { body }),
    remove: (id: Id) => call<void>('DELETE', `/tokens/${id}`),
  },

  jobs: {
    list: (query: { state: JobState; cursor?: string }) => call<Page<Job>>('GET', '/jobs', { query: { ...query, limit: 50 } }),
    retry: (id: Job['id']) => call<void>('POST', `/jobs/${id}/retry`),
  },
}
