import { defineStore } from 'pinia'
import { computed, reactive, ref } from 'vue'
import { api } from '@/api/client'
import { ApiError } from '@/api/error'
import type { Content, Event, Id, Visibility } from '@/api/types'
import {
  acknowledge,
  addOutgoing,
  applyEvent,
  emptyTimeline,
  fail,
  loadNewest,
  type Outgoing,
  prependEvents,
  remove,
  type Timeline,
} from '@/live/timeline'
import { randomKey } from '@/text/key'
import { useInbox } from './inbox'

const ECHO_PATIENCE_MS = 3000

/** The conversation that is open, and what is on its way to it and to others. */
export const useConversation = defineStore('conversation', () => {
  const inbox = useInbox()
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
    if (!outgoing || outgoing.state !== 'failed') return
    outgoing.state = 'sending'
    post(id, clientKey)
  }

  /** Sends again what found no connection. */
  function retryUnreached(): void {
    for (const [id, at] of timelines)
      for (const one of at.outgoing) if (one.state === 'failed' && one.error === 'offline') retry(id, one.clientKey)
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
      try {
        const { content, visibility } = outgoing
        const posted = await api.conversations.post(id, { client_key: clientKey, content, visibility })
        acknowledge(of(id), clientKey, posted)
        if (find(id, clientKey)) setTimeout(() => find(id, clientKey) && void fetchMissing(id).catch(() => {}), ECHO_PATIENCE_MS)
      } catch (problem) {
        const reason = problem instanceof ApiError && problem.code !== 'offline' ? problem.message : 'offline'
        fail(of(id), clientKey, reason)
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

  function clear(): void {
    openId.value = null
    timelines.clear()
    drafts.clear()
  }

  return {
    openId, timeline, view, drafts, loading, loadingOlder, error, explained,
    useLive, open, close, reload, older, receive, catchUp, send, retry, retryUnreached, discard, markRead, clear,
  }
})
