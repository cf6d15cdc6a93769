import { defineStore } from 'pinia'
import { reactive, ref, watch } from 'vue'
import type { ConversationView, Event, Id } from '@/api/types'
import type { PresenceStatus, ServerFrame } from '@/live/frames'
import { type ConnectionState, LiveSocket, type Wire } from '@/live/socket'
import { chime } from '@/live/chime'
import { useAssistant } from './assistant'
import { useConversation } from './conversation'
import { useDirectory } from './directory'
import { useInbox } from './inbox'
import { useKnowledge } from './knowledge'
import { useLanguage } from './language'
import { usePreferences } from './preferences'
import { useSession } from './session'
import { useTickets } from './tickets'

const TYPING_LASTS_MS = 6000

export interface Typist {
  who: 'contact' | 'agent'
  /** Set for agents. */
  userId: Id | null
}

/** What comes in by itself: events, who types, who is there. */
export const useLive = defineStore('live', () => {
  const session = useSession()
  const inbox = useInbox()
  const conversation = useConversation()
  const preferences = usePreferences()
  const directory = useDirectory()
  const knowledge = useKnowledge()
  const language = useLanguage()
  const assistant = useAssistant()
  const tickets = useTickets()

  const state = ref<ConnectionState>('connecting')
  const presence = reactive(new Map<Id, PresenceStatus>())
  const ownPresence = ref<PresenceStatus>('online')
  const typing = reactive(new Map<Id, Typist>())
  const typingEnds = new Map<Id, ReturnType<typeof setTimeout>>()

  const socket = new LiveSocket({
    connect: () => new WebSocket(address()) as Wire,
    onFrame: receive,
    onState: (next) => {
      state.value = next
      if (next === 'signed_out') session.leave('expired')
    },
    onReload: reloadAll,
    random: Math.random,
  })
  conversation.useLive((id, lastSeq) => socket.send({ type: 'watch', conversation_id: id, last_seq: lastSeq }))
  addEventListener('online', () => socket.retryNow())
  addEventListener('offline', () => socket.networkLost())
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') socket.retryNow()
  })

  function receive(frame: ServerFrame): void {
    switch (frame.type) {
      case 'welcome':
        socket.send({ type: 'presence', status: ownPresence.value })
        if (conversation.openId) conversation.catchUp(conversation.openId)
        conversation.retryUnreached()
        return
      case 'event':
        if (frame.view) inbox.put(frame.view)
        conversation.receive(frame.event)
        if (frame.view) {
          inbox.countSoon()
          ring(frame.event, frame.view)
        }
        if (frame.event.type === 'message') stopTyping(frame.event.conversation_id)
        return
      case 'read':
        inbox.read(frame.conversation_id, frame.by, frame.seq)
        return
      case 'typing':
        // One's own typing comes back too.
        if (frame.who === 'bot' || frame.user_id === session.me) return
        if (frame.on) startTyping(frame.conversation_id, { who: frame.who, userId: frame.user_id ?? null })
        else stopTyping(frame.conversation_id)
        return
      case 'changed':
        if (frame.what === 'settings') void directory.load().catch(() => {})
        if (frame.what === 'language') language.changedElsewhere()
        if (frame.what === 'knowledge') knowledge.changedElsewhere()
        if (frame.what === 'assistant') void assistant.changedElsewhere()
        if (frame.what === 'tickets') tickets.refresh()
        return
      case 'presence':
        // Always everybody who is there: who is missing has gone.
        presence.clear()
        for (const [id, status] of Object.entries(frame.users)) presence.set(id, status)
        return
      case 'watched':
      case 'reset':
      case 'pong':
      case 'error':
        return
    }
  }

  function reloadAll(): void {
    inbox.reload()
    if (conversation.openId) void conversation.reload()
  }

  function ring(event: Event, view: ConversationView): void {
    if (preferences.sound === 'off' || event.type !== 'message' || event.message.sender !== 'customer') return
    const concernsMe = view.conversation.assignee_id === session.me || view.conversation.status === 'queued'
    const looking = document.visibilityState === 'visible' && conversation.openId === event.conversation_id
    if (concernsMe && !looking) chime()
  }

  function startTyping(id: Id, typist: Typist): void {
    typing.set(id, typist)
    clearTimeout(typingEnds.get(id))
    typingEnds.set(id, setTimeout(() => typing.delete(id), TYPING_LASTS_MS))
  }

  function stopTyping(id: Id): void {
    clearTimeout(typingEnds.get(id))
    typing.delete(id)
  }

  function tellTyping(id: Id, on: boolean): void {
    socket.send({ type: 'typing', conversation_id: id, on })
  }

  watch(ownPresence, (status) => {
    if (session.me) presence.set(session.me, status)
    socket.send({ type: 'presence', status })
  })

  return {
    state, presence, ownPresence, typing, tellTyping,
    start: () => socket.start(),
    stop: () => socket.stop(),
    retryNow: () => socket.retryNow(),
  }
})

function address(): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/ws`
}
