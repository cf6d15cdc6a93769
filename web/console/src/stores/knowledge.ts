import { defineStore } from 'pinia'
import { ref } from 'vue'
import { api } from '@/api/client'
import type { EntryFacets, KnowledgeChange } from '@/api/types'

/** What the pages about knowledge share: how many entries there are of what, and what waits for a decision. */
export const useKnowledge = defineStore('knowledge', () => {
  const facets = ref<EntryFacets | null>(null)
  /** Proposals that wait, newest first, at most a hundred. */
  const waiting = ref<KnowledgeChange[] | null>(null)
  const hasMore = ref(false)
  /** Grows whenever somebody, here or elsewhere, changed something. */
  const revision = ref(0)
  let open = false

  async function loadFacets(): Promise<void> {
    facets.value = await api.knowledge.facets()
  }

  async function loadWaiting(): Promise<void> {
    const page = await api.knowledge.changes({ state: 'review' })
    waiting.value = page.items
    hasMore.value = page.next_cursor !== null
  }

  /** The counts follow what changed. That they cannot be had shows where the lists themselves fail. */
  function refresh(): void {
    void Promise.all([loadFacets(), loadWaiting()]).catch(() => {})
  }

  function enter(): void {
    open = true
    refresh()
  }

  function leave(): void {
    open = false
  }

  function changedElsewhere(): void {
    if (!open) return
    revision.value += 1
    refresh()
  }

  return { facets, waiting, hasMore, revision, loadFacets, loadWaiting, refresh, enter, leave, changedElsewhere }
})
