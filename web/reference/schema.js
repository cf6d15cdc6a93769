// A JSON schema as a list of fields to read, with references followed.

import { element, prose } from './page.js'

const DEEPEST = 6

/** Follows a reference; gives the schema and the name it has. */
export function follow(schema, api) {
  let at = schema ?? {}
  let name
  const seen = new Set()
  while (at.$ref && !seen.has(at.$ref)) {
    seen.add(at.$ref)
    name = at.$ref.split('/').at(-1)
    const { $ref, ...beside } = at
    const target = $ref.slice(2).split('/').reduce((part, key) => part?.[key], api) ?? {}
    at = { ...target, ...beside }
  }
  return { schema: at, name }
}

/** All parts of an `allOf` as one. */
export function merged(schema, api) {
  if (!schema.allOf) return schema
  const { allOf, ...own } = schema
  return allOf.map((part) => merged(follow(part, api).schema, api)).reduce(
    (sum, part) => ({ ...sum, ...part, properties: { ...sum.properties, ...part.properties }, required: [...(sum.required ?? []), ...(part.required ?? [])], oneOf: [...(sum.oneOf ?? []), ...(part.oneOf ?? [])] }),
    own,
  )
}

/** The alternatives of a schema without the one that is `null`, and whether there was one. */
export function alternatives(schema) {
  const all = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])]
  const real = all.filter((one) => one.type !== 'null')
  return { real, nullable: real.length < all.length || (Array.isArray(schema.type) && schema.type.includes('null')) }
}

export function fieldsOf(schema, api, t) {
  return part(schema, api, t, []) ?? element('p', { class: 'about' }, typeOf(schema, api, t))
}

/** What is inside a schema, or nothing when its type says it all. `path` holds the names that are open around it. */
function part(raw, api, t, path) {
  const { schema: found, name } = follow(raw, api)
  if (name && path.includes(name)) return null
  if (path.length > DEEPEST) return null
  const schema = merged(found, api)
  const inside = [...path, name ?? '']
  const { real } = alternatives(schema)
  const own = properties(schema, api, t, inside)
  if (real.length === 1) return part(real[0], api, t, inside) ?? own
  if (real.length > 1) {
    const variants = real.map((one) => variant(one, api, t, inside)).filter(Boolean)
    return element('div', {}, own, ...variants)
  }
  if (own) return own
  if (schema.items) return part(schema.items, api, t, inside)
  if (typeof schema.additionalProperties === 'object') return part(schema.additionalProperties, api, t, inside)
  return values(schema)
}

function properties(schema, api, t, path) {
  const names = Object.entries(schema.properties ?? {})
  if (names.length === 0) return null
  return element('ul', { class: 'fields' }, ...names.map(([name, raw]) => field(name, raw, schema.required?.includes(name), api, t, path)))
}

function field(name, raw, required, api, t, path) {
  const { schema } = follow(raw, api)
  const inner = part(raw, api, t, path)
  const inline = inner?.classList.contains('values')
  return element(
    'li',
    {},
    element('span', { class: 'name' }, name),
    element('span', { class: 'type' }, [schema['x-in'], typeOf(raw, api, t)].filter(Boolean).join(' · ')),
    required && element('span', { class: 'required' }, t('required')),
    schema.description && element('p', { class: 'about' }, ...prose(schema.description)),
    inner && (inline ? inner : element('details', {}, element('summary', {}, t('fields')), inner)),
  )
}

function variant(raw, api, t, path) {
  const { schema } = follow(raw, api)
  const inner = part(raw, api, t, path)
  const tag = Object.entries(merged(schema, api).properties ?? {}).find(([, one]) => one.enum?.length === 1 || one.const !== undefined)
  const title = tag ? `${tag[0]}: ${tag[1].const ?? tag[1].enum[0]}` : (schema.title ?? typeOf(raw, api, t))
  return element('div', { class: 'variant' }, element('p', { class: 'name' }, title), schema.description && element('p', { class: 'about' }, ...prose(schema.description)), inner)
}

function values(schema) {
  return schema.enum?.length ? element('div', { class: 'values' }, ...schema.enum.filter((value) => value !== null).map((value) => element('code', {}, String(value)))) : null
}

export function typeOf(raw, api, t) {
  const { schema, name } = follow(raw, api)
  const { real, nullable } = alternatives(schema)
  const base = baseType(schema, real, name, api, t)
  return [base, nullable && t('or_null'), ...limits(schema, t)].filter(Boolean).join(' ')
}

function baseType(schema, real, name, api, t) {
  if (real.length === 1) return typeOf(real[0], api, t)
  if (real.length > 1) return name ? `${name} (${t('one_of')})` : t('one_of')
  const type = [schema.type].flat().filter((one) => one && one !== 'null').join(' | ')
  if (type === 'array') return `${t('list_of')} ${typeOf(schema.items, api, t)}`
  if (typeof schema.additionalProperties === 'object') return `${t('map_of')} ${typeOf(schema.additionalProperties, api, t)}`
  const plain = [type || (schema.properties ? 'object' : t('any')), schema.format && `<${schema.format}>`].filter(Boolean).join(' ')
  return name && (schema.properties || schema.enum || schema.allOf) ? name : plain
}

function limits(schema, t) {
  const said = []
  if (schema.minimum !== undefined || schema.maximum !== undefined) said.push(`${schema.minimum ?? ''}…${schema.maximum ?? ''}`)
  if (schema.minLength !== undefined || schema.maxLength !== undefined) said.push(`${schema.minLength ?? 0}…${schema.maxLength ?? ''} ${t('characters')}`)
  if (schema.default !== undefined && schema.default !== null) said.push(`${t('default')} ${JSON.stringify(schema.default)}`)
  return said.map((one) => `· ${one}`)
}
