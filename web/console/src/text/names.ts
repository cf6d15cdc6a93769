import type { ConversationView } from '@/api/types'
import type { Language } from '@/stores/preferences'

/** What to call a customer: the name when it is known, else the name that the server made up for them. */
export function contactName(contact: ConversationView['contact'], language: Language): string {
  return contact.name || (language === 'zh-CN' ? contact.display_name_zh : contact.display_name_en)
}
