import { defineStore } from 'pinia'
import { computed, reactive, toRefs, watch, watchEffect } from 'vue'

export type Language = 'zh-CN' | 'en'
export type Theme = 'light' | 'dark' | 'system'
export type SendKey = 'enter' | 'ctrl_enter'

interface Preferences {
  language: Language
  theme: Theme
  sendKey: SendKey
  sound: 'off' | 'on'
}

const PLACE = 'yingda.preferences'

function stored(): Partial<Preferences> {
  try {
    return JSON.parse(localStorage.getItem(PLACE) ?? '{}') as Partial<Preferences>
  } catch {
    return {}
  }
}

function initial(): Preferences {
  const saved = stored()
  const one = <T extends string>(value: unknown, allowed: readonly T[], otherwise: T): T =>
    allowed.find((candidate) => candidate === value) ?? otherwise
  return {
    language: one(saved.language, ['zh-CN', 'en'], navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'),
    theme: one(saved.theme, ['light', 'dark', 'system'], 'system'),
    sendKey: one(saved.sendKey, ['enter', 'ctrl_enter'], 'enter'),
    sound: one(saved.sound, ['off', 'on'], 'off'),
  }
}

/** How this browser's user likes the console. Stays in the browser. */
export const usePreferences = defineStore('preferences', () => {
  const preferences = reactive(initial())
  const system = reactive({ dark: false })
  const query = matchMedia('(prefers-color-scheme: dark)')
  system.dark = query.matches
  query.addEventListener('change', () => (system.dark = query.matches))

  const dark = computed(() => preferences.theme === 'dark' || (preferences.theme === 'system' && system.dark))

  watch(preferences, () => {
    try {
      localStorage.setItem(PLACE, JSON.stringify(preferences))
    } catch {
      // Private windows may forbid storing; the choice then lasts as long as the page.
    }
  })
  watchEffect(() => {
    document.documentElement.classList.toggle('dark', dark.value)
    document.documentElement.lang = preferences.language
  })

  return { ...toRefs(preferences), dark }
})
