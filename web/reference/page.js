// Small things that every part of the page needs.

/** An element with attributes and children; strings become text, what is empty is left out. */
export function element(name, attributes, ...children) {
  const node = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value)
  node.append(...children.filter((child) => child !== undefined && child !== null && child !== false && child !== ''))
  return node
}

/** A text in which `words between backticks` are code. */
export function prose(text) {
  return text.split('`').map((piece, index) => (index % 2 ? element('code', {}, piece) : piece))
}

/** A path that may be broken before each slash, and nowhere else. */
export function breakable(path) {
  return path.split(/(?=\/)/).flatMap((piece) => [element('wbr', {}), piece])
}

/** What the reader chose before; nothing where storing is forbidden. */
export function remembered(key) {
  try {
    return localStorage.getItem(`yingda.reference.${key}`)
  } catch {
    return null
  }
}

export function remember(key, value) {
  try {
    localStorage.setItem(`yingda.reference.${key}`, value)
  } catch {
    // The choice then lasts as long as the page.
  }
}
