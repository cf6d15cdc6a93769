// A value that fits a JSON schema, to show what one looks like.

import { alternatives, follow, merged } from './schema.js'

const FORMATS = {
  uuid: '01990d7c-8f6e-7c3a-9d52-3b1f0a6c4e21',
  'date-time': '2026-01-31T08:30:00Z',
  email: 'li.lei@example.com',
  uri: 'https://example.com/',
  date: '2026-01-31',
}

export function sampleOf(raw, api, path = []) {
  const { schema: found, name } = follow(raw, api)
  if (name && path.includes(name)) return null
  const schema = merged(found, api)
  const inside = [...path, name ?? '']
  const given = schema.example ?? schema.examples?.[0] ?? schema.const ?? schema.default ?? schema.enum?.find((value) => value !== null)
  if (given !== undefined && given !== null) return given
  if (inside.length > 8) return null
  const { real } = alternatives(schema)
  const own = objectOf(schema, api, inside)
  if (real.length) {
    const chosen = sampleOf(real[0], api, inside)
    return own && typeof chosen === 'object' && chosen !== null ? { ...own, ...chosen } : chosen
  }
  if (own) return own
  switch ([schema.type].flat().find((type) => type !== 'null')) {
    case 'array':
      return [sampleOf(schema.items, api, inside)].filter((item) => item !== null)
    case 'integer':
    case 'number':
      return schema.minimum ?? 1
    case 'boolean':
      return true
    case 'string':
      return FORMATS[schema.format] ?? 'text'
    case 'object':
      return typeof schema.additionalProperties === 'object' ? { key: sampleOf(schema.additionalProperties, api, inside) } : {}
    default:
      return null
  }
}

function objectOf(schema, api, path) {
  const names = Object.entries(schema.properties ?? {})
  return names.length ? Object.fromEntries(names.map(([name, one]) => [name, sampleOf(one, api, path)])) : null
}
