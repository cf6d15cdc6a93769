import type { Trace } from '@/api/types'

/** How people call the flows (by id), slots (`FLOW.SLOT`) and tools (by name) of a record. */
export type Titles = NonNullable<NonNullable<Trace['dialogue']>['titles']>

/** The title of something in a language; its name where the record knows none. */
export function titled(titles: Titles | undefined, key: string, language: string, name = key): string {
  const title = titles?.[key]
  return (language === 'zh-CN' ? title?.zh : title?.en) || name
}
