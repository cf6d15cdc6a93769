import { defineStore } from 'pinia'
import { reactive, ref } from 'vue'
import { api } from '@/api/client'
import type { Id, Offers, Suggestion } from '@/api/types'

/** What is offered may change with a new release: it is asked for again after this. */
const FRESH_MS = 60_000
const NOTHING: Offers = { rephrase: false, translate: false, summarise: false, draft: false }

/** What language models are there to help with, and what they wrote already. */
export const useAssist = defineStore('assist', () => {
  const offers = ref<Offers>(NOTHING)
  /** By message. */
  const translations = reactive(new Map<Id, Suggestion>())
  /** By conversation and language, with the last `seq` that was there. */
  const summaries = reactive(new Map<string, Suggestion & { seq: number }>())
  let asked = 0

  /** Asks what is offered, if that was not just done. Without an answer nothing is. */
  async function look(): Promise<void> {
    const now = Date.now()
    if (now - asked < FRESH_MS) return
    asked = now
    try {
      offers.value = await api.assist.offers()
    } catch {
      offers.value = NOTHING
      asked = 0
    }
  }

  async function translateMessage(conversation: Id, message: Id, text: string, into: 'zh' | 'en'): Promise<void> {
    translations.set(message, await api.assist.translate(conversation, text, into))
  }

  async function summarise(conversation: Id, lang: 'zh' | 'en', seq: number): Promise<void> {
    summaries.set(`${conversation}/${lang}`, { ...(await api.assist.summarise(conversation, lang)), seq })
  }

  return { offers, translations, summaries, look, translateMessage, summarise }
})
