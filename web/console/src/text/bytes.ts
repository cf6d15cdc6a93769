/** Finds places in a text by their byte offset in UTF-8, which is what the API counts in; JavaScript counts UTF-16 units. */
export function placeOf(text: string): (byte: number) => number {
  const places: number[] = []
  let at = 0
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    const bytes = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
    // An offset inside a character is that of the character.
    for (let byte = 0; byte < bytes; byte++) places.push(at)
    at += char.length
  }
  return (byte) => (byte < 0 ? 0 : places[byte] ?? text.length)
}
