// Intents as a tree: `order/cancel` lies in `order`.

import type { Intent } from '@/api/types'
import type { Language } from '@/stores/preferences'

export interface Branch {
  /** The whole name. */
  name: string
  /** `null` for a folder that is no intent itself. */
  intent: Intent | null
  children: Branch[]
  /** Examples of the intent and of all within it. */
  utterances: number
}

export function titleOf(intent: Pick<Intent, 'name' | 'title_zh' | 'title_en'>, language: Language): string {
  return (language === 'zh-CN' ? intent.title_zh : intent.title_en) || intent.name
}

/** The tree of those intents that a search has in their name or titles; all when nothing is searched. */
export function treeOf(intents: readonly Intent[], search = ''): Branch[] {
  const words = search.trim().toLowerCase()
  const matches = (intent: Intent): boolean => [intent.name, intent.title_zh, intent.title_en].some((text) => text.toLowerCase().includes(words))
  const roots: Branch[] = []
  for (const intent of [...intents].filter(matches).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    let siblings = roots
    let name = ''
    for (const part of intent.name.split('/')) {
      name = name ? `${name}/${part}` : part
      let branch = siblings.find((one) => one.name === name)
      if (!branch) siblings.push((branch = { name, intent: null, children: [], utterances: 0 }))
      branch.utterances += intent.utterances
      if (name === intent.name) branch.intent = intent
      siblings = branch.children
    }
  }
  return roots
}

/** The last part of a name. */
export const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1)
