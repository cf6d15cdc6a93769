import { useI18n } from 'vue-i18n'
import type { Suggestion } from '@/api/types'
import { usePreferences } from '@/stores/preferences'

/** Tells why there is no suggestion, for people who cannot set up a model; what only the server knows, in its words. */
export function useWhyNot(): (why: Suggestion['why']) => string {
  const { t, te } = useI18n()
  const preferences = usePreferences()
  return (why) => {
    if (!why) return t('assist.none')
    if (te(`assist.why.${why.code}`)) return t(`assist.why.${why.code}`)
    return preferences.language === 'zh-CN' ? why.zh : why.en
  }
}
