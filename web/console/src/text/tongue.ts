/** The language of a text as far as suggestions need it: `zh` with Chinese characters, `en` with Latin words alone. */
export function tongueOf(text: string): 'zh' | 'en' | null {
  const bare = text.replace(/https?:\/\/\S+/g, ' ')
  if (/\p{Script=Han}/u.test(bare)) return /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(bare) ? null : 'zh'
  return /[a-z]{2,}/i.test(bare.replace(/\S*\d\S*/g, ' ')) ? 'en' : null
}

/** Whether somebody who reads in `own` may want a translation of a text: it has words, and they are of another language. */
export function isForeign(text: string, own: 'zh' | 'en'): boolean {
  const tongue = tongueOf(text)
  return tongue === null ? /\p{L}{2,}/u.test(text.replace(/\S*\d\S*/g, ' ')) : tongue !== own
}
