import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { api } from '@/api/client'
import type { Gist } from '@/api/types'
import { readSummary } from '@/sidebar/gist'
import { useConversation } from './conversation'

/** Messages come in bursts: the last of one is summed up. */
const PAUSE_MS = 700

/** What the open conversation is about. */
export const useGist = defineStore('gist', () => {
  const conversation = useConversation()
  const gist = ref<Gist | null>(null)
  const problem = ref<unknown>(null)
  /** Grows when somebody asks to see it. */
  const asked = ref(0)
  const summary = computed(() => (gist.value ? readSummary(gist.value.summary) : null))
  const mood = computed(() => summary.value?.mood ?? null)
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    const id = conversation.openId
    if (!id) return
    try {
      const fresh = await api.conversations.gist(id)
      if (conversation.openId !== id) return
      gist.value = fresh
      problem.value = null
    } catch (error) {
      if (conversation.openId === id) problem.value = error
    }
  }

  watch(
    () => [conversation.openId, conversation.timeline?.lastSeq ?? 0] as const,
    ([id, seq], before) => {
      clearTimeout(timer)
      if (id !== before?.[0]) {
        gist.value = null
        problem.value = null
      }
      if (id && seq > 0) timer = setTimeout(() => void load(), gist.value ? PAUSE_MS : 0)
    },
    { immediate: true },
  )

  return { gist, summary, mood, problem, asked, load }
})
