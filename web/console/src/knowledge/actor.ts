import { useI18n } from 'vue-i18n'
import type { Actor } from '@/api/types'
import { useDirectory } from '@/stores/directory'

/** Names who did something, in the reader's language. */
export function useActorName(): (actor: Actor) => string {
  const { t } = useI18n()
  const directory = useDirectory()
  return (actor) => {
    if (actor.type === 'user') return directory.userName(actor.id) ?? t('event.someone')
    return t(actor.type === 'contact' ? 'event.customer' : `event.${actor.type}`)
  }
}
