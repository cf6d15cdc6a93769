import { useI18n } from 'vue-i18n'
import { ApiError } from '@/api/error'

const KNOWN = [
  'offline', 'wrong_status', 'wrong_actor', 'forbidden', 'not_found', 'rate_limited', 'payload_too_large',
  'unsupported_media_type', 'bad_content', 'csrf', 'conflict', 'unavailable', 'internal', 'unauthenticated', 'bad_request',
]

/** Tells what went wrong in the reader's language. */
export function useExplain(): (problem: unknown) => string {
  const { t } = useI18n()
  return (problem) => {
    if (!(problem instanceof ApiError)) return t('error.other')
    const known = KNOWN.includes(problem.code)
    const words = known ? t(`error.${problem.code}`) : problem.message
    const broken = problem.code === 'internal' && problem.requestId
    return broken ? `${words} ${t('error.request', { id: problem.requestId })}` : words
  }
}
