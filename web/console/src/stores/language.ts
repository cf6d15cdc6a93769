import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api } from '@/api/client'
import type { Id, Intent, KnowledgeEntry, LanguageModel, LanguageStatus } from '@/api/types'
import { type Doubt, OUT_OF_SCOPE, readDoubts, stillHolds } from '@/language/report'
import { titleOf } from '@/language/tree'
import { usePreferences } from './preferences'

const ASK_AGAIN_MS = 800
const ANSWERS_A_PAGE = 100
/** Entries among which the answer of an intent is looked for by its key. */
const MOST_ANSWERS = 2000

/** What messages are understood by: the intents, the versions of the model, a training under way. */
export const useLanguage = defineStore('language', () => {
  const preferences = usePreferences()
  const intents = ref<Intent[] | null>(null)
  const outOfScope = ref(0)
  const status = ref<LanguageStatus | null>(null)
  const models = ref<LanguageModel[] | null>(null)
  /** What the newest report doubts. */
  const doubts = ref<Doubt[]>([])
  const problem = ref<unknown>(null)
  /** Whether examples were changed here since the last training began; counts alone do not tell. */
  const touched = ref(false)
  let answers: Promise<Map<string, KnowledgeEntry[]>> | null = null
  let doubtsOf = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const byId = computed(() => new Map(intents.value?.map((intent) => [intent.id, intent])))
  const byName = computed(() => new Map(intents.value?.map((intent) => [intent.name, intent])))
  const active = computed(() => status.value?.active ?? null)
  const training = computed(() => {
    const job = status.value?.training
    return job && job.state !== 'dead' ? job : null
  })
  /** Whether there is something that the model in use has not learnt yet. */
  const changed = computed(() => {
    const now = status.value
    return now !== null && (touched.value || (now.active ? now.active.examples !== now.utterances : now.utterances > 0))
  })
  /** Whether a training can begin: it takes examples of two intents. */
  const trainable = computed(() => (intents.value ?? []).filter((intent) => intent.utterances > 0).length >= 2)
  const doubtByUtterance = computed(() => {
    const all = new Map<Id, Doubt>()
    for (const doubt of doubts.value) if (doubt.utterance_id && !all.has(doubt.utterance_id)) all.set(doubt.utterance_id, doubt)
    return all
  })

  /** What to call an intent, by the name that a model knows it by. */
  function title(name: string, none: string): string {
    if (name === OUT_OF_SCOPE) return none
    const intent = byName.value.get(name)
    return intent ? titleOf(intent, preferences.language) : name
  }

  /** The doubt about an utterance, unless it was mended since. */
  function doubt(utterance: Id, intent: Id | null): Doubt | undefined {
    const found = doubtByUtterance.value.get(utterance)
    const name = intent === null ? OUT_OF_SCOPE : byId.value.get(intent)?.name
    return found && name !== undefined && stillHolds(found, name) ? found : undefined
  }

  async function load(): Promise<void> {
    try {
      await Promise.all([loadIntents(), loadStatus(), loadModels()])
      problem.value = null
    } catch (error) {
      problem.value = error
    }
  }

  async function loadIntents(): Promise<void> {
    const list = await api.language.intents()
    intents.value = list.items
    outOfScope.value = list.out_of_scope
  }

  async function loadStatus(): Promise<void> {
    const before = training.value
    status.value = await api.language.status()
    clearTimeout(timer)
    if (training.value) timer = setTimeout(() => void loadStatus().catch(watchAgain), ASK_AGAIN_MS)
    else if (before) await Promise.all([loadModels(), loadIntents()])
  }

  /** Goes on watching a training after the connection broke. */
  function watchAgain(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void loadStatus().catch(watchAgain), 5 * ASK_AGAIN_MS)
  }

  async function loadModels(): Promise<void> {
    models.value = (await api.language.models()).items
    const newest = models.value.find((model) => model.state !== 'failed')
    if (!newest) doubts.value = []
    else if (newest.version !== doubtsOf) {
      doubts.value = readDoubts((await api.language.model(newest.version)).suspicious)
      doubtsOf = newest.version
    }
  }

  async function train(): Promise<void> {
    const training = await api.language.train()
    touched.value = false
    if (status.value) status.value = { ...status.value, training }
    await loadStatus()
  }

  async function activate(version: number): Promise<void> {
    await api.language.activate(version)
    await Promise.all([loadStatus(), loadModels()])
  }

  /** Examples changed: the counts follow. */
  async function examplesChanged(): Promise<void> {
    touched.value = true
    await Promise.all([loadIntents(), loadStatus()]).catch(() => {})
  }

  /** The knowledge entries that a key names, one for each language. */
  async function answersOf(key: string): Promise<KnowledgeEntry[]> {
    answers ??= loadAnswers()
    try {
      return (await answers).get(key) ?? []
    } catch (error) {
      answers = null
      throw error
    }
  }

  async function loadAnswers(): Promise<Map<string, KnowledgeEntry[]>> {
    const found = new Map<string, KnowledgeEntry[]>()
    let cursor: string | undefined
    for (let seen = 0; seen < MOST_ANSWERS; seen += ANSWERS_A_PAGE) {
      const page = await api.knowledge.list({ limit: ANSWERS_A_PAGE, ...(cursor ? { cursor } : {}) })
      for (const entry of page.items) if (entry.key) found.set(entry.key, [...(found.get(entry.key) ?? []), entry])
      if (!page.next_cursor) break
      cursor = page.next_cursor
    }
    return found
  }

  function forgetAnswers(): void {
    answers = null
  }

  /** Somebody, here or elsewhere, changed something: what is shown follows. */
  function changedElsewhere(): void {
    if (intents.value) void load()
  }

  function leave(): void {
    clearTimeout(timer)
    forgetAnswers()
  }

  return {
    intents, outOfScope, status, models, doubts, problem, byId, byName, active, training, changed, trainable,
    title, doubt, load, loadIntents, loadStatus, train, activate, examplesChanged, answersOf, forgetAnswers, changedElsewhere, leave,
  }
})
