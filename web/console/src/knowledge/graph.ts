// The knowledge graph as the console edits it: plain functions, no Vue.

import type { Audience } from '@/api/types'

export type Texts = Record<string, string>
export type ValueKind = 'number' | 'text' | 'bool' | 'date' | 'list'
export type Value =
  | { kind: 'number'; amount: number; unit?: string }
  | { kind: 'text'; texts: Texts }
  | { kind: 'bool'; value: boolean }
  | { kind: 'date'; date: string }
  | { kind: 'list'; items: Texts[] }
export interface TypeRow { name: string; within?: string; labels: Texts; synonyms: string[]; audience?: Audience }
export interface AttributeRow { name: string; of: string[]; value: ValueKind; unit?: string; labels: Texts; synonyms: string[]; more: string[]; less: string[]; audience?: Audience }
export interface RelationRow { name: string; from: string[]; to: string[]; labels: Texts; synonyms: string[]; inverse: string; inverse_labels: Texts; inverse_synonyms: string[]; audience?: Audience }
export interface Thing { id: string; type: string; names: Texts; aliases: string[]; attributes: Record<string, Value>; audience?: Audience }
export interface Link { from: string; name: string; to: string }
export interface Graph { schema: { types: TypeRow[]; attributes: AttributeRow[]; relations: RelationRow[] }; things: Thing[]; links: Link[] }

export const KINDS: ValueKind[] = ['number', 'text', 'bool', 'date', 'list']

/** A text in the reader's language, else in any. */
export const said = (texts: Texts | undefined, lang: string, otherwise = ''): string => texts?.[lang] || texts?.en || texts?.zh || Object.values(texts ?? {})[0] || otherwise

/** A type and those that it lies within. */
export function above(graph: Graph, type: string): string[] {
  const line: string[] = []
  for (let at: string | undefined = type; at && !line.includes(at); at = graph.schema.types.find((row) => row.name === at)?.within) line.push(at)
  return line
}

/** The attributes that things of a type may have. */
export function attributesOf(graph: Graph, type: string): AttributeRow[] {
  const types = above(graph, type)
  return graph.schema.attributes.filter((row) => !row.of.length || row.of.some((name) => types.includes(name)))
}

/** The relations that may go out from a type. */
export function relationsOf(graph: Graph, type: string): RelationRow[] {
  const types = above(graph, type)
  return graph.schema.relations.filter((row) => !row.from.length || row.from.some((name) => types.includes(name)))
}

/** A value as a cell shows it. */
export function valueText(value: Value | undefined, lang: string): string {
  switch (value?.kind) {
    case 'number': return value.unit ? `${value.amount} ${value.unit}` : String(value.amount)
    case 'text': return said(value.texts, lang)
    case 'bool': return value.value ? '✓' : '✗'
    case 'date': return value.date
    case 'list': return value.items.map((item) => said(item, lang)).join(lang === 'zh' ? '、' : ', ')
    default: return ''
  }
}

const YES = ['yes', 'true', 'y', '是', '有', '支持', '✓', '√']
const NO = ['no', 'false', 'n', '否', '无', '不支持', '✗', '×']
const DATE = /^(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})日?$/
const NUMBER = /^([-+]?\d[\d,]*(?:\.\d+)?)\s*(.*)$/u

/** The value that a cell holds, as an attribute wants it; `null` when it holds another kind. */
export function valueOf(kind: ValueKind, unit: string | undefined, cell: string, lang: string): Value | null {
  const text = cell.trim()
  if (!text) return null
  if (kind === 'number') {
    const match = NUMBER.exec(text.replace(/^[¥￥$€]\s*/u, ''))
    const amount = match ? Number(match[1]!.replace(/,/g, '')) : Number.NaN
    if (!match || !Number.isFinite(amount) || (match[2] && unit && match[2].toLowerCase() !== unit.toLowerCase() && !isMoney(match[2], unit))) return null
    const own = unit ?? (match[2] || undefined)
    return own ? { kind, amount, unit: own } : { kind, amount }
  }
  if (kind === 'bool') return YES.includes(text.toLowerCase()) ? { kind, value: true } : NO.includes(text.toLowerCase()) ? { kind, value: false } : null
  if (kind === 'date') {
    const match = DATE.exec(text)
    return match ? { kind, date: `${match[1]}-${match[2]!.padStart(2, '0')}-${match[3]!.padStart(2, '0')}` } : null
  }
  if (kind === 'list') return { kind, items: text.split(/[|、;；]/u).map((item) => item.trim()).filter(Boolean).map((item) => ({ [lang]: item })) }
  return { kind: 'text', texts: { [lang]: text } }
}

const isMoney = (written: string, unit: string): boolean => unit === 'CNY' && ['元', '块', 'yuan', 'rmb'].includes(written.toLowerCase())

/** The rows of CSV or of cells copied from a spreadsheet (RFC 4180; tabs, commas or semicolons). */
export function rowsOf(text: string): string[][] {
  const clean = text.replace(/^\uFEFF/u, '').replace(/\r\n?/gu, '\n')
  const head = clean.slice(0, clean.indexOf('\n') >>> 0)
  const count = (sign: string): number => head.split(sign).length
  const between = ['\t', ',', ';'].reduce((best, sign) => (count(sign) > count(best) ? sign : best))
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  for (let at = 0; at < clean.length; at++) {
    const sign = clean[at]!
    if (quoted) {
      if (sign !== '"') cell += sign
      else if (clean[at + 1] === '"') { cell += sign; at++ }
      else quoted = false
    } else if (sign === '"' && !cell.trim()) { quoted = true; cell = '' }
    else if (sign === between) { row.push(cell.trim()); cell = '' }
    else if (sign === '\n') { rows.push([...row, cell.trim()]); row = []; cell = '' }
    else cell += sign
  }
  rows.push([...row, cell.trim()])
  return rows.filter((cells) => cells.some(Boolean))
}

/** What a column of a table is taken for. */
export interface Column { header: string; as: 'id' | 'name_zh' | 'name_en' | 'aliases' | 'attribute' | 'none'; name: string; value: ValueKind; unit: string; isNew: boolean; cells: string[] }

const isHan = (text: string): boolean => /\p{Script=Han}/u.test(text)
/** A name for an attribute: letters, digits and `_`. */
export const nameOf = (label: string): string => label.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '_').replace(/^_+|_+$/gu, '')

/** A proposal of what the columns of a table are, for a person to correct. */
export function columnsOf(rows: string[][], graph: Graph, type: string): Column[] {
  const [head = [], ...body] = rows
  const taken = new Set<string>()
  // Those of the type first: another type's may mean the same, and is then for both.
  const known = [...attributesOf(graph, type), ...graph.schema.attributes]
  return head.map((header, at): Column => {
    const cells = body.map((row) => row[at] ?? '')
    const filled = cells.filter(Boolean)
    const bare = header.replace(/[[（(].*$/u, '').trim()
    const unit = /[[（(]([^)）\]]+)[)）\]]/u.exec(header)?.[1]?.trim() ?? ''
    const key = header.toLowerCase().trim()
    const special = (as: Column['as']): boolean => !taken.has(as)
    const plain = (as: Column['as']): Column => { taken.add(as); return { header, as, name: '', value: 'text', unit: '', isNew: false, cells } }
    if (!filled.length) return plain('none')
    if (['id', '编号', '货号', 'sku', '型号编码'].includes(key) && special('id')) return plain('id')
    if (['name:zh', '中文名', '中文名称'].includes(key) && special('name_zh')) return plain('name_zh')
    if (['name:en', '英文名', '英文名称'].includes(key) && special('name_en')) return plain('name_en')
    if (['name', '名称', '名字', '商品', '商品名', '产品', '产品名称', '型号', 'model', 'product', 'title'].includes(key)) {
      const as = filled.filter(isHan).length * 2 >= filled.length ? 'name_zh' : 'name_en'
      if (special(as)) return plain(as)
    }
    if (['aliases', '别名'].includes(key) && special('aliases')) return plain('aliases')
    const row = known.find((one) => [one.name, ...Object.values(one.labels), ...one.synonyms].some((word) => word.toLowerCase() === bare.toLowerCase()))
    if (row) return { header, as: 'attribute', name: row.name, value: row.value, unit: row.unit ?? '', isNew: false, cells }
    const all = (kind: ValueKind): boolean => filled.every((cell) => valueOf(kind, unit || undefined, cell, 'zh') !== null)
    // A unit says that numbers are meant, though a cell may say otherwise.
    const measured = unit !== '' && filled.some((cell) => valueOf('number', unit, cell, 'zh') !== null)
    const value = measured ? 'number' : all('bool') ? 'bool' : all('date') ? 'date' : all('number') && sameUnit(filled) !== null ? 'number' : filled.some((cell) => /[|、]/u.test(cell)) ? 'list' : 'text'
    return { header, as: 'attribute', name: nameOf(bare), value, unit: unit || (value === 'number' ? sameUnit(filled) ?? '' : ''), isNew: true, cells }
  })
}

/** The unit that all cells have (perhaps none); `null` when they differ. */
function sameUnit(cells: string[]): string | null {
  const units = new Set(cells.map((cell) => NUMBER.exec(cell.replace(/^[¥￥$€]\s*/u, ''))?.[2]?.trim() ?? ''))
  return units.size === 1 ? [...units][0]! : null
}

/** A cell that does not fit its column: line (of the table, from 2) and header. */
export interface Misfit { line: number; header: string; cell: string }

/** The graph with the things of a table; those whose id is there already get what the table says. */
export function withTable(graph: Graph, type: { name: string; zh: string; en: string }, columns: Column[]): { graph: Graph; added: number; changed: number; misfits: Misfit[] } {
  const next = copyOf(graph)
  const misfits: Misfit[] = []
  if (!next.schema.types.some((row) => row.name === type.name)) next.schema.types.push({ name: type.name, labels: texts(type.zh, type.en), synonyms: [] })
  for (const column of columns.filter((one) => one.as === 'attribute' && one.name)) {
    const row = next.schema.attributes.find((one) => one.name === column.name)
    const label = column.header.replace(/[[（(].*$/u, '').trim() || column.name
    if (!row) next.schema.attributes.push({ name: column.name, of: [type.name], value: column.value, ...(column.value === 'number' && column.unit ? { unit: column.unit } : {}), labels: isHan(label) ? { zh: label } : { en: label }, synonyms: [], more: [], less: [] })
    else if (row.of.length && !row.of.some((name) => above(next, type.name).includes(name))) row.of.push(type.name)
  }
  let [added, changed] = [0, 0]
  const cellOf = (as: Column['as'], line: number): string => columns.find((one) => one.as === as)?.cells[line] ?? ''
  const lines = Math.max(0, ...columns.map((column) => column.cells.length))
  for (let line = 0; line < lines; line++) {
    const [zh, en] = [cellOf('name_zh', line), cellOf('name_en', line)]
    const id = cellOf('id', line) || nameOf(en || zh)
    if (!id || (!zh && !en && !next.things.some((thing) => thing.id === id))) continue
    let thing = next.things.find((one) => one.id === id)
    if (thing) changed++
    else { thing = { id, type: type.name, names: {}, aliases: [], attributes: {} }; next.things.push(thing); added++ }
    thing.names = { ...thing.names, ...texts(zh, en) }
    for (const alias of cellOf('aliases', line).split(/[|、]/u).map((one) => one.trim()).filter(Boolean)) if (!thing.aliases.includes(alias)) thing.aliases.push(alias)
    for (const column of columns.filter((one) => one.as === 'attribute' && one.name && one.cells[line])) {
      const row = next.schema.attributes.find((one) => one.name === column.name)!
      const value = valueOf(row.value, row.unit, column.cells[line]!, isHan(column.cells[line]!) ? 'zh' : 'en')
      if (value) thing.attributes[column.name] = value
      else misfits.push({ line: line + 2, header: column.header, cell: column.cells[line]! })
    }
  }
  return { graph: next, added, changed, misfits }
}

const texts = (zh: string, en: string): Texts => ({ ...(zh ? { zh } : {}), ...(en ? { en } : {}) })

export const copyOf = (graph: Graph): Graph => JSON.parse(JSON.stringify(graph)) as Graph

/** The graph without a thing and the links to and from it. */
export function withoutThing(graph: Graph, id: string): Graph {
  return { ...graph, things: graph.things.filter((thing) => thing.id !== id), links: graph.links.filter((link) => link.from !== id && link.to !== id) }
}

/** The graph with a thing in place of the one that had the id `before` (`null`: a new one), and the links that go out from it. */
export function withThing(graph: Graph, before: string | null, thing: Thing, out: Link[]): Graph {
  const renamed = (id: string): string => (id === before ? thing.id : id)
  const things = before === null ? [...graph.things, thing] : graph.things.map((one) => (one.id === before ? thing : one))
  const others = graph.links.filter((link) => link.from !== before).map((link) => ({ ...link, to: renamed(link.to) }))
  return { ...graph, things, links: [...others, ...out.map((link) => ({ ...link, from: thing.id, to: renamed(link.to) }))] }
}

/** The graph without a type, attribute or relation and everything that needs it. */
export function withoutRow(graph: Graph, what: 'types' | 'attributes' | 'relations', name: string): Graph {
  let next = copyOf(graph)
  if (what === 'relations') next.links = next.links.filter((link) => link.name !== name)
  if (what === 'attributes') for (const thing of next.things) delete thing.attributes[name]
  if (what === 'types') {
    for (const thing of next.things.filter((one) => one.type === name)) next = withoutThing(next, thing.id)
    const [within] = next.schema.types.filter((row) => row.name === name).map((row) => row.within)
    for (const row of next.schema.types) if (row.within === name) { if (within) row.within = within; else delete row.within }
    // What was for this type alone is for nothing.
    const left = (names: string[]): boolean => { const at = names.indexOf(name); if (at >= 0) names.splice(at, 1); return at < 0 || names.length > 0 }
    next.schema.attributes = next.schema.attributes.filter((row) => { const stays = left(row.of); if (!stays) for (const thing of next.things) delete thing.attributes[row.name]; return stays })
    next.schema.relations = next.schema.relations.filter((row) => { const stays = left(row.from) && left(row.to); if (!stays) next.links = next.links.filter((link) => link.name !== row.name); return stays })
  }
  const rows: { name: string }[] = next.schema[what]
  rows.splice(rows.findIndex((row) => row.name === name), 1)
  return next
}
