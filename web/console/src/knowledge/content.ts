// What an entry says, as forms and lists need it: plain functions, no Vue.

import type { Audience, KnowledgeContent, KnowledgeEntry, SpecialAnswer } from '@/api/types'

/** Everything that people write of an entry: what a replacement has to send back whole, or it would be lost. */
export function contentOf(entry: KnowledgeEntry): KnowledgeContent {
  const { id: _id, version: _version, created_at: _created, updated_at: _updated, ...content } = entry
  return copyOf(content)
}

/** A copy that shares nothing, also of what Vue watches. */
export const copyOf = (content: KnowledgeContent): KnowledgeContent => JSON.parse(JSON.stringify(content)) as KnowledgeContent

export function blank(kind: KnowledgeContent['kind'] = 'faq'): KnowledgeContent {
  return {
    kind, key: null, question: '', answer: '', variants: [], answers: [], follow_ups: [], lang: null, category: null, tags: [],
    status: 'published', audience: 'public', valid_from: null, valid_until: null, owner_id: null, source: {},
  }
}

/** The lines of a text area, without empty ones and repetitions. */
export function linesOf(text: string): string[] {
  return [...new Set(text.split('\n').map((line) => line.trim()).filter(Boolean))]
}

/** Content as it is sent: trimmed, with `null` where nothing is said. */
export function tidied(content: KnowledgeContent): KnowledgeContent {
  const clean = (items: string[]): string[] => [...new Set(items.map((item) => item.trim()).filter(Boolean))]
  return {
    ...copyOf(content),
    key: content.key === null ? null : content.key.trim(),
    question: content.question.trim(),
    answer: content.answer.trim(),
    variants: clean(content.variants),
    follow_ups: clean(content.follow_ups),
    tags: clean(content.tags),
    category: content.category?.trim() || null,
    lang: content.lang || null,
    answers: content.answers.map(specialAnswer).filter((special) => special.answer),
  }
}

function specialAnswer(special: SpecialAnswer): SpecialAnswer {
  return {
    ...(special.channel ? { channel: special.channel } : {}),
    ...(special.audience ? { audience: special.audience } : {}),
    answer: special.answer.trim(),
  }
}

/** An audience as an option of a list: its name, or the id of a team. */
export const audienceName = (audience: Audience): string => (typeof audience === 'string' ? audience : audience.team)

export function audienceOf(name: string): Audience {
  return name === 'public' || name === 'signed_in' || name === 'agents' ? name : { team: name }
}

export type Validity = 'always' | 'coming' | 'ending' | 'current' | 'over'
/** An end that is nearer than this deserves a look. */
const SOON_MS = 14 * 86_400_000

/** Where `now` (milliseconds since 1970) is in the time for which an entry is valid. */
export function validity(content: Pick<KnowledgeContent, 'valid_from' | 'valid_until'>, now: number): Validity {
  const { valid_from: from, valid_until: until } = content
  if (from === null && until === null) return 'always'
  if (until !== null && Date.parse(until) <= now) return 'over'
  if (from !== null && Date.parse(from) > now) return 'coming'
  return until !== null && Date.parse(until) - now < SOON_MS ? 'ending' : 'current'
}

/** The first words of a Markdown text, without its marks. */
export function excerpt(markdown: string, length = 220): string {
  const words = markdown
    .replace(/<!--.*?-->/gs, ' ')
    .replace(/^\s*\|?[\s:|-]+\|[\s:|-]*$/gm, ' ')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^\s*(#{1,6}|>|[-*+]|\d+[.)])\s+/gm, '')
    .replace(/[*_`~|]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return words.length > length ? `${words.slice(0, length).trimEnd()}…` : words
}
