import { defineStore } from 'pinia'
import { reactive, ref } from 'vue'
import { api } from '@/api/client'
import type { ConversationCounts, ConversationView, Id, ListName } from '@/api/types'
import { emptyBoard, listed, markRead, putPage, putView } from '@/live/board'
import { useSession } from './session'

const PAGE = 30
const COUNT_DELAY_MS = 400

/** The lists of conversations. */
export const useInbox = defineStore('inbox', () => {
  const session = useSession()
  const board = reactive(emptyBoard())
  const counts = ref<ConversationCounts | null>(null)
  const loading = ref<ListName | null>(null)
  const error = ref<unknown>(null)
  /** The lists have only conversations with this tag. */
  const tag = ref<string | null>(null)
  const turns: Record<ListName, number> = { mine: 0, unassigned: 0, bot: 0, all: 0 }
  let countTimer: ReturnType<typeof setTimeout> | undefined

  const view = (id: Id): ConversationView | undefined => board.views.get(id)
  const items = (name: ListName): ConversationView[] => listed(board, name).filter((one) => tag.value === null || one.tags.includes(tag.value))

  function put(one: ConversationView): void {
    putView(board, one, session.me)
  }

  async function load(name: ListName): Promise<void> {
    await fetchPage(name, undefined)
  }

  async function more(name: ListName): Promise<void> {
    const { cursor } = board.lists[name]
    if (cursor !== null && loading.value === null) await fetchPage(name, cursor)
  }

  async function fetchPage(name: ListName, cursor: string | undefined): Promise<void> {
    const turn = ++turns[name]
    const begun = cursor === undefined ? board.changes : null
    loading.value = name
    error.value = null
    try {
      const page = await api.conversations.list({ view: name, limit: PAGE, ...(tag.value ? { tag: tag.value } : {}), ...(cursor ? { cursor } : {}) })
      // Of two answers under way only the one asked for last counts.
      if (turn === turns[name]) putPage(board, name, page, begun, session.me)
    } catch (problem) {
      if (turn === turns[name]) error.value = problem
    } finally {
      if (turn === turns[name] && loading.value === name) loading.value = null
    }
  }

  /** Narrows all lists to a tag; `null` widens them again. */
  function narrow(name: string | null): void {
    if (tag.value === name) return
    tag.value = name
    for (const list of Object.values(board.lists)) Object.assign(list, { loaded: false, cursor: null, ids: new Set<Id>() })
  }

  /** Loads again what is shown or about to be. */
  function reload(): void {
    for (const name of Object.keys(board.lists) as ListName[]) if (board.lists[name].loaded || loading.value === name) void load(name)
    void count()
  }

  /** Counts again soon; changes until then count once, and a desk that is never quiet is counted all the same. */
  function countSoon(): void {
    countTimer ??= setTimeout(() => {
      countTimer = undefined
      void count()
    }, COUNT_DELAY_MS)
  }

  async function count(): Promise<void> {
    try {
      counts.value = await api.conversations.counts()
    } catch {
      // The numbers are a comfort; the next change asks again.
    }
  }

  function read(id: Id, by: 'contact' | 'agent', seq: number): void {
    markRead(board, id, by, seq)
    countSoon()
  }

  /** Does something with a conversation and takes the state that the server answers with. */
  async function act(doing: Promise<ConversationView>): Promise<void> {
    put(await doing)
    countSoon()
  }

  function clear(): void {
    Object.assign(board, emptyBoard())
    counts.value = null
    tag.value = null
  }

  return { board, counts, loading, error, tag, narrow, view, items, put, load, more, reload, count, countSoon, read, act, clear }
})
