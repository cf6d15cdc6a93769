/** A hue that stays the same for the same id, for the discs with initials. */
export function hueOf(id: string): number {
  // FNV-1a: ids that differ in one character get far apart.
  let hash = 0x811c9dc5
  for (const char of id) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193)
  return (hash >>> 0) % 360
}

/** What a name's disc shows: the last character of a Chinese name, the initials of others. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u)
  const first = words[0] ?? ''
  if (/\p{Script=Han}/u.test(first)) return [...first].at(-1) ?? ''
  return words
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase()
}
