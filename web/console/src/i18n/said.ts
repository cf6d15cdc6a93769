import type { Said } from '@/api/assistant'
import { usePreferences } from '@/stores/preferences'

/** A text that the server gives in both languages, in the reader's. */
export function useSaid(): (said: Said) => string {
  const preferences = usePreferences()
  return (said) => (preferences.language === 'zh-CN' ? said.zh : said.en)
}
