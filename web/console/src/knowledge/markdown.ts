// Markdown as the knowledge base uses it, read into blocks. Nothing of it is ever taken for HTML.

export type Span =
  | { type: 'text'; text: string }
  | { type: 'strong' | 'em' | 'del'; spans: Span[] }
  | { type: 'code'; text: string }
  | { type: 'link'; href: string; spans: Span[] }
  | { type: 'image'; alt: string }

export type Block =
  | { type: 'heading'; level: number; spans: Span[] }
  | { type: 'paragraph'; spans: Span[] }
  | { type: 'code'; text: string }
  | { type: 'quote'; blocks: Block[] }
  | { type: 'list'; start: number | null; items: Block[][] }
  | { type: 'table'; head: Span[][]; rows: Span[][][] }
  | { type: 'place'; kind: string; name: string }
  | { type: 'rule' }

const FENCE = /^ {0,3}(```+|~~~+)/
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/
const PLACE = /^<!--\s*(page|sheet|slide)\s+(.+?)\s*-->$/
const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])(\s+)(.*)$/
const TABLE_LINE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/
/** Quotes and lists inside each other beyond this are shown as text. */
const DEEPEST = 8

export function blocksOf(markdown: string, depth = 0): Block[] {
  const lines = markdown.replace(/\r\n?/g, '\n').split('\n')
  const blocks: Block[] = []
  let at = 0
  while (at < lines.length) {
    const line = lines[at] ?? ''
    const fence = FENCE.exec(line)?.[1]
    const heading = HEADING.exec(line)
    const place = PLACE.exec(line.trim())
    if (!line.trim()) at += 1
    else if (fence) {
      const end = lines.findIndex((other, index) => index > at && other.trim().startsWith(fence))
      const stop = end === -1 ? lines.length : end
      blocks.push({ type: 'code', text: lines.slice(at + 1, stop).join('\n') })
      at = stop + 1
    } else if (place) {
      blocks.push({ type: 'place', kind: place[1] ?? '', name: place[2] ?? '' })
      at += 1
    } else if (heading) {
      blocks.push({ type: 'heading', level: (heading[1] ?? '#').length, spans: spansOf(heading[2] ?? '') })
      at += 1
    } else if (RULE.test(line)) {
      blocks.push({ type: 'rule' })
      at += 1
    } else if (isTable(lines, at)) {
      const stop = endOf(lines, at + 2, (other) => other.includes('|'))
      blocks.push({ type: 'table', head: cells(line), rows: lines.slice(at + 2, stop).map(cells) })
      at = stop
    } else if (line.trimStart().startsWith('>') && depth < DEEPEST) {
      const stop = endOf(lines, at, (other) => other.trimStart().startsWith('>'))
      blocks.push({ type: 'quote', blocks: blocksOf(lines.slice(at, stop).map((other) => other.replace(/^\s*> ?/, '')).join('\n'), depth + 1) })
      at = stop
    } else if (ITEM.test(line) && depth < DEEPEST) {
      const [list, stop] = listAt(lines, at, depth)
      blocks.push(list)
      at = stop
    } else {
      const stop = endOf(lines, at + 1, (other, index) => !begins(lines, other, index))
      blocks.push({ type: 'paragraph', spans: spansOf(lines.slice(at, stop).map((other) => other.trim()).join('\n')) })
      at = stop
    }
  }
  return blocks
}

const begins = (lines: string[], line: string, index: number): boolean =>
  FENCE.test(line) || HEADING.test(line) || PLACE.test(line.trim()) || RULE.test(line) || ITEM.test(line) || line.trimStart().startsWith('>') || isTable(lines, index)

const isTable = (lines: string[], at: number): boolean => {
  const below = lines[at + 1] ?? ''
  return (lines[at] ?? '').includes('|') && below.includes('-') && below.includes('|') && TABLE_LINE.test(below)
}

function endOf(lines: string[], from: number, belongs: (line: string, index: number) => boolean): number {
  let at = from
  while (at < lines.length && (lines[at] ?? '').trim() && belongs(lines[at] ?? '', at)) at += 1
  return at
}

function listAt(lines: string[], from: number, depth: number): [Block, number] {
  const first = ITEM.exec(lines[from] ?? '')
  const ordered = /\d/.test(first?.[2] ?? '')
  const items: string[][] = []
  let indent = 0
  let at = from
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    const item = ITEM.exec(line)
    const inner = line.length - line.trimStart().length
    if (item && (items.length === 0 || inner < indent)) {
      if (/\d/.test(item[2] ?? '') !== ordered) break
      indent = (item[1] ?? '').length + (item[2] ?? '').length + Math.min((item[3] ?? '').length, 4)
      items.push([item[4] ?? ''])
    } else if (!line.trim()) {
      const next = lines[at + 1] ?? ''
      const goesOn = next.trim() && (next.length - next.trimStart().length >= indent || ITEM.test(next))
      if (!goesOn) break
      items.at(-1)?.push('')
    } else if (inner >= Math.min(indent, 2)) items.at(-1)?.push(line.slice(Math.min(inner, indent)))
    else if (begins(lines, line, at) || !(lines[at - 1] ?? '').trim()) break
    else items.at(-1)?.push(line.trim())
  }
  return [{ type: 'list', start: ordered ? Number.parseInt(first?.[2] ?? '1', 10) : null, items: items.map((item) => blocksOf(item.join('\n'), depth + 1)) }, at]
}

function cells(line: string): Span[][] {
  const inside = line.trim().replace(/^\||(?<!\\)\|$/g, '')
  return inside.split(/(?<!\\)\|/).map((cell) => spansOf(cell.trim().replaceAll('\\|', '|')))
}

const INLINE = /(?<code>(`+)(.+?)\2(?!`))|!\[(?<alt>[^\]]*)\]\([^)\s]*(?:\s"[^"]*")?\)|\[(?<label>[^\]]+)\]\((?<href>[^)\s]+)(?:\s"[^"]*")?\)|<(?<auto>https?:\/\/[^\s>]+)>|\*\*(?<strong>\S(?:.*?\S)?)\*\*|__(?<strong2>\S(?:.*?\S)?)__|~~(?<del>\S(?:.*?\S)?)~~|\*(?<em>[^\s*](?:[^*]*[^\s*])?)\*|\\(?<escaped>[!-/:-@[-`{-~])/su

function spansOf(text: string, depth = 0): Span[] {
  const spans: Span[] = []
  let rest = text
  while (rest) {
    const found = depth < DEEPEST ? INLINE.exec(rest) : null
    if (!found?.groups) break
    if (found.index > 0) spans.push({ type: 'text', text: rest.slice(0, found.index) })
    spans.push(spanOf(found.groups, found[3] ?? '', depth + 1))
    rest = rest.slice(found.index + found[0].length)
  }
  if (rest) spans.push({ type: 'text', text: rest })
  return spans
}

function spanOf(groups: Record<string, string | undefined>, code: string, depth: number): Span {
  const { alt, label, href, auto, strong = groups.strong2, del, em, escaped } = groups
  if (groups.code !== undefined) return { type: 'code', text: code.trim() }
  if (alt !== undefined) return { type: 'image', alt }
  if (auto !== undefined) return { type: 'link', href: auto, spans: [{ type: 'text', text: auto }] }
  if (label !== undefined) return href !== undefined && isSafe(href) ? { type: 'link', href, spans: spansOf(label, depth) } : { type: 'text', text: label }
  if (strong !== undefined) return { type: 'strong', spans: spansOf(strong, depth) }
  if (del !== undefined) return { type: 'del', spans: spansOf(del, depth) }
  if (em !== undefined) return { type: 'em', spans: spansOf(em, depth) }
  return { type: 'text', text: escaped ?? '' }
}

/** Addresses that may be opened: no scripts, no data. */
const isSafe = (href: string): boolean => /^(https?:|mailto:|tel:)/i.test(href) || !/^[a-z][a-z0-9+.-]*:/i.test(href)
