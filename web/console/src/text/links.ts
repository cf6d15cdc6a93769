// Text from customers is shown as text; only web addresses in it become links.

export interface Piece {
  text: string
  href?: string
}

/** A page of our own help centre, as the bot names it. */
const PLACE = /(?<=^|\s)\/help\/[a-z0-9-]{1,60}\/(?:zh|en)\/a\/[0-9A-Za-z]{22}(?:#[\w.~%-]*)?(?=$|\s)/gu
const ADDRESS = /https?:\/\/[^\s<>"'，。；：！？、（）《》「」【】“”]+/giu
const TRAILING = /[.,;:!?)\]}]+$/

/** Cuts a text into plain pieces and links. */
export function pieces(text: string): Piece[] {
  const result: Piece[] = []
  let done = 0
  for (const match of text.matchAll(PLACE)) {
    result.push(...addresses(text.slice(done, match.index)), { text: match[0].replace(/#.*/u, ''), href: match[0] })
    done = match.index + match[0].length
  }
  return [...result, ...addresses(text.slice(done))]
}

function addresses(text: string): Piece[] {
  const result: Piece[] = []
  let end = 0
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(TRAILING, '')
    const href = webAddress(address)
    if (!href) continue
    if (match.index > end) result.push({ text: text.slice(end, match.index) })
    result.push({ text: address, href })
    end = match.index + address.length
  }
  if (end < text.length) result.push({ text: text.slice(end) })
  return result
}

/** The address when it is one of the web, else `undefined`: no script, no file, no data. */
export function webAddress(address: string | null | undefined): string | undefined {
  if (!address) return undefined
  try {
    const url = new URL(address)
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : undefined
  } catch {
    return undefined
  }
}

/** The address of a picture that our own server serves; others are not loaded, they would tell strangers who reads. */
export function ownPicture(address: string | null | undefined): string | undefined {
  const href = webAddress(address)
  return href && new URL(href).origin === location.origin ? href : undefined
}
