import { defineStore } from 'pinia'
import { computed, reactive, ref, watch } from 'vue'
import { api } from '@/api/client'
import { ApiError } from '@/api/error'
import type { Content, Event, Id, Visibility } from '@/api/types'
import {
  acknowledge,
  addOutgoing,
  applyEvent,
  emptyTimeline,
  fail,
  isBehind,
  loadNewest,
  type Outgoing,
  prependEvents,
  remove,
  type Timeline,
  wait,
} from '@/live/timeline'
import { randomKey } from '@/text/key'
import { useInbox } from './inbox'
import { useSession } from './session'
import { dropUnsent, keepUnsent, keptUnsent } from './unsent'

const ECHO_PATIENCE_MS = 3000
const RETRY_FIRST_MS = 1000
const RETRY_MOST_MS = 15_000
/** Refusals that pass by themselves. */
const PASSING = ['offline', 'unavailable', 'rate_limited']

/** The conversation that is open, and what is on its way to it and to others. */
export const useConversation = defineStore('conversation', () => {
  const inbox = useInbox()
  const session = useSession()
  const timelines = reactive(new Map<Id, Timeline>())
  const drafts = reactive(new Map<string, string>())
  const openId = ref<Id | null>(null)
  const loading = ref(false)
  const loadingOlder = ref(false)
  const error = ref<unknown>(null)
  /** The customer's message whose decision somebody asked to see. */
  const explained = ref<Id | null>(null)
  /** Asks the live connection for everything after `lastSeq`; says `false` when there is none. */
  let watchLive: (id: Id, lastSeq: number) => boolean = () => false
  let sending: Promise<void> = Promise.resolve()
  let retryTimer: ReturnType<typeof setTimeout> | undefined
  let retryMs = RETRY_FIRST_MS
  /** Whose unsent texts are kept; `null` while nobody is signed in. */
  let keeper: Id | null = null

  const timeline = computed(() => (openId.value ? timelines.get(openId.value) : undefined))
  const view = computed(() => (openId.value ? inbox.view(openId.value) : undefined))

  function useLive(watch: typeof watchLive): void {
    watchLive = watch
  }

  function of(id: Id): Timeline {
    const known = timelines.get(id)
    if (known) return known
    timelines.set(id, emptyTimeline(id))
    return timelines.get(id) as Timeline
  }

  async function open(id: Id): Promise<void> {
    close()
    openId.value = id
    of(id)
    await reload()
  }

  function close(): void {
    const id = openId.value
    openId.value = null
    explained.value = null
    // What could not be sent is kept until it is sent or thrown away.
    if (id && !timelines.get(id)?.outgoing.length) timelines.delete(id)
  }

  async function reload(): Promise<void> {
    const id = openId.value
    if (!id) return
    loading.value = true
    error.value = null
    try {
      const fresh = await api.conversations.get(id)
      const page = await api.conversations.eventsBefore(id, fresh.conversation.seq + 1)
      if (openId.value !== id) return
      inbox.put(fresh)
      loadNewest(of(id), page.events, fresh.conversation.seq)
      watchLive(id, of(id).lastSeq)
    } catch (problem) {
      if (openId.value === id) error.value = problem
    } finally {
      if (openId.value === id) loading.value = false
    }
  }

  async function older(): Promise<void> {
    const at = timeline.value
    const first = at?.events[0]
    if (!at?.hasOlder || !first || loadingOlder.value) return
    loadingOlder.value = true
    try {
      const page = await api.conversations.eventsBefore(at.conversationId, first.seq)
      prependEvents(at, page.events, page.more)
    } finally {
      loadingOlder.value = false
    }
  }

  /** An event from the live connection. */
  function receive(event: Event): void {
    const at = timelines.get(event.conversation_id)
    if (!at || at.lastSeq === 0) return
    if (applyEvent(at, event) === 'gap') catchUp(event.conversation_id)
  }

  /** Gets everything that is missing, live when possible. */
  function catchUp(id: Id): void {
    const at = timelines.get(id)
    if (at && !watchLive(id, at.lastSeq)) void fetchMissing(id)
  }

  async function fetchMissing(id: Id): Promise<void> {
    for (;;) {
      const at = timelines.get(id)
      if (!at) return
      const page = await api.conversations.eventsAfter(id, at.lastSeq)
      for (const event of page.events) applyEvent(at, event)
      if (!page.more || page.events.length === 0) return
    }
  }

  function send(id: Id, content: Content, visibility: Visibility): void {
    const clientKey = randomKey()
    addOutgoing(of(id), { clientKey, content, visibility, at: new Date().toISOString(), state: 'sending' })
    post(id, clientKey)
  }

  /** Sends again under the same key, so that a message which did arrive is not stored twice. */
  function retry(id: Id, clientKey: string): void {
    const outgoing = find(id, clientKey)
    if (outgoing?.state === 'waiting') return retryUnreached()
    if (outgoing?.state !== 'failed') return
    outgoing.state = 'sending'
    post(id, clientKey)
  }

  /** Sends again what found no connection, in the order in which it was written. */
  function retryUnreached(): void {
    clearTimeout(retryTimer)
    for (const [id, at] of timelines)
      for (const one of at.outgoing) {
        if (one.state !== 'waiting') continue
        one.state = 'sending'
        post(id, one.clientKey)
      }
  }

  function retrySoon(): void {
    clearTimeout(retryTimer)
    retryTimer = setTimeout(retryUnreached, retryMs)
    retryMs = Math.min(RETRY_MOST_MS, retryMs * 2)
  }

  function discard(id: Id, clientKey: string): void {
    const at = timelines.get(id)
    if (at) remove(at, clientKey)
  }

  function find(id: Id, clientKey: string): Outgoing | undefined {
    return timelines.get(id)?.outgoing.find((one) => one.clientKey === clientKey)
  }

  // One after the other, so that what was written first arrives first.
  function post(id: Id, clientKey: string): void {
    sending = sending.then(async () => {
      const outgoing = find(id, clientKey)
      if (!outgoing || outgoing.state !== 'sending') return
      if (isBehind(of(id), clientKey)) return wait(of(id), clientKey)
      try {
        const { content, visibility } = outgoing
        const posted = await api.conversations.post(id, { client_key: clientKey, content, visibility })
        retryMs = RETRY_FIRST_MS
        acknowledge(of(id), clientKey, posted)
        if (find(id, clientKey)) setTimeout(() => find(id, clientKey) && void fetchMissing(id).catch(() => {}), ECHO_PATIENCE_MS)
      } catch (problem) {
        if (!(problem instanceof ApiError) || !PASSING.includes(problem.code)) return fail(of(id), clientKey, problem instanceof Error ? problem.message : String(problem))
        wait(of(id), clientKey)
        retrySoon()
      }
    })
  }

  async function markRead(): Promise<void> {
    const id = openId.value
    const conversation = view.value?.conversation
    if (!id || !conversation || conversation.unread_by_agents === 0) return
    const { seq } = conversation
    inbox.read(id, 'agent', seq)
    try {
      inbox.put(await api.conversations.read(id, seq))
    } catch {
      // The next message tries again.
    }
  }

  /** Takes up what somebody had begun to write before the page was loaded again. */
  function restore(): void {
    const kept = keptUnsent(session.me)
    for (const [key, text] of kept.drafts) drafts.set(key, text)
    for (const [id, outgoing] of kept.outgoing) of(id).outgoing.push(...outgoing.map((one) => (one.state === 'failed' ? one : { ...one, state: 'waiting' as const })))
    keeper = session.me
  }

  const unsent = computed(() => ({
    drafts: [...drafts],
    outgoing: [...timelines].map(([id, at]) => [id, at.outgoing.filter((one) => one.state !== 'stored')] as const).filter(([, all]) => all.length > 0),
  }))
  watch(unsent, (now) => keeper && keepUnsent(keeper, now), { flush: 'sync' })

  function clear(): void {
    clearTimeout(retryTimer)
    // Who signs out leaves nothing behind; whose session ended by itself comes back.
    if (keeper && !session.expired) dropUnsent(keeper)
    keeper = null
    openId.value = null
    timelines.clear()
    drafts.clear()
  }

  return {
    openId, timeline, view, drafts, loading, loadingOlder, error, explained,
    useLive, open, close, reload, older, receive, catchUp, send, retry, retryUnreached, discard, markRead, restore, clear,
  }
})
