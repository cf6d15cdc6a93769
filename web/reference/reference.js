// Shows the server's OpenAPI document as a page to read. What is written in the document becomes text nodes only.

import { sampleOf } from './sample.js'
import { fieldsOf } from './schema.js'
import { breakable, element, prose, remembered, remember } from './page.js'
import { TEXTS } from './texts.js'

const METHODS = ['get', 'post', 'put', 'patch', 'delete']
const root = document.documentElement
const place = (id) => document.getElementById(id)

let language = remembered('language') ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en')
let theme = remembered('theme') ?? 'system'
let api = null

const t = (key) => TEXTS[language][key] ?? key
/** Names of groups are English in the document; the page knows them in Chinese. */
const groupName = (tag) => (language === 'zh' ? (TEXTS.groups[tag] ?? tag) : tag)
/** The document may carry a Chinese wording beside the English one. */
const worded = (part, key) => (language === 'zh' && part[`x-${key}-zh`]) || part[key] || ''

function operations() {
  const groups = new Map((api.tags ?? []).map((tag) => [tag.name, { about: worded(tag, 'description'), operations: [] }]))
  for (const [path, item] of Object.entries(api.paths ?? {})) {
    for (const method of METHODS) {
      const operation = item[method]
      if (!operation) continue
      const tag = operation.tags?.[0] ?? 'API'
      if (!groups.has(tag)) groups.set(tag, { about: '', operations: [] })
      groups.get(tag).operations.push({ ...operation, method, path, parameters: [...(item.parameters ?? []), ...(operation.parameters ?? [])] })
    }
  }
  return [...groups].filter(([, group]) => group.operations.length > 0)
}

const anchor = ({ method, path }) => `${method}${path.replace(/[{}]/g, '').replace(/[^A-Za-z0-9]+/g, '-')}`
/** Where the API lives; some documents write the whole path, others leave the beginning to `servers`. */
const base = () => (api.servers?.[0]?.url ?? '').replace(/\/$/, '')

function draw() {
  root.lang = language === 'zh' ? 'zh-CN' : 'en'
  if (theme === 'system') root.removeAttribute('data-theme')
  else root.dataset.theme = theme
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = t(node.dataset.text)
  place('search').placeholder = t('search')
  place('search').setAttribute('aria-label', t('search'))
  place('index').setAttribute('aria-label', t('index'))
  place('menu').setAttribute('aria-label', t('index'))
  place('language').textContent = language === 'zh' ? 'English' : '中文'
  place('theme').textContent = t(theme)
  place('theme').setAttribute('aria-label', `${t('theme')}: ${t(theme)}`)
  if (!api) return
  place('version').textContent = api.info?.version ? `v${api.info.version}` : ''
  const groups = operations()
  place('index').replaceChildren(...groups.flatMap(([tag, group]) => [element('h2', {}, groupName(tag)), ...group.operations.map(indexLine)]))
  place('content').replaceChildren(
    element('section', { class: 'intro' }, element('h1', {}, language === 'zh' ? '应答 API' : 'Yingda API'), element('p', { class: 'text' }, t('intro')), element('p', { class: 'text muted' }, ...prose(t('about') === 'about' ? worded(api.info ?? {}, 'description') : t('about')))),
    ...groups.map(([tag, group]) => element('section', { class: 'group' }, element('h2', {}, groupName(tag)), group.about && element('p', { class: 'muted' }, ...prose(group.about)), ...group.operations.map(article))),
    element('p', { class: 'state', id: 'none', hidden: '' }, t('none')),
  )
  filter()
}

function indexLine(operation) {
  const line = element('a', { href: `#${anchor(operation)}` }, element('span', { class: `method ${operation.method}` }, operation.method), element('span', {}, ...breakable(operation.path.replace(/^\/api\/v1/, ''))))
  line.dataset.operation = anchor(operation)
  return line
}

function article(operation) {
  const id = anchor(operation)
  const node = element(
    'article',
    { class: 'operation', id },
    element(
      'div',
      {},
      element('h3', {}, element('a', { href: `#${id}` }, worded(operation, 'summary') || operation.operationId || operation.path)),
      element('p', { class: 'address' }, element('span', { class: `method ${operation.method}` }, operation.method), element('code', {}, base() + operation.path)),
      worded(operation, 'description') && element('p', { class: 'text' }, ...prose(worded(operation, 'description'))),
      isOpen(operation) && element('p', { class: 'open-note' }, t('open')),
      ...parameters(operation),
      ...requestBody(operation),
      ...responses(operation),
    ),
    element('div', { class: 'side' }, sample(t('request'), curl(operation)), ...answers(operation)),
  )
  node.dataset.words = [operation.method, operation.path, operation.summary, operation.description, ...(operation.tags ?? []), groupName(operation.tags?.[0])].join(' ').toLowerCase()
  return node
}

/** An empty requirement of its own says that no key is needed. */
const isOpen = ({ security }) => Array.isArray(security) && (security.length === 0 || security.every((one) => Object.keys(one).length === 0))

function parameters(operation) {
  const all = operation.parameters.map((one) => resolve(one))
  if (all.length === 0) return []
  const schema = { type: 'object', required: all.filter((one) => one.required).map((one) => one.name), properties: Object.fromEntries(all.map((one) => [one.name, { ...one.schema, description: one.description ?? one.schema?.description, 'x-in': t(`in_${one.in}`) }])) }
  return [element('h4', {}, t('parameters')), fieldsOf(schema, api, t)]
}

function requestBody({ requestBody: body }) {
  const content = Object.entries(resolve(body)?.content ?? {})
  return content.flatMap(([kind, { schema }]) => [element('h4', {}, `${t('body')} · `, element('code', {}, kind)), fieldsOf(schema, api, t)])
}

function responses(operation) {
  const rows = Object.entries(operation.responses ?? {}).map(([status, raw]) => {
    const answer = resolve(raw)
    const [kind, content] = Object.entries(answer.content ?? {})[0] ?? []
    const about = element('p', {}, element('span', { class: 'status' }, status === 'default' ? t('otherwise') : status), ' ', element('span', { class: 'muted' }, answer.description || (kind ?? t('empty'))))
    return element('li', {}, about, content?.schema && element('details', {}, element('summary', {}, t('show')), fieldsOf(content.schema, api, t)))
  })
  return rows.length ? [element('h4', {}, t('responses')), element('ul', { class: 'fields' }, ...rows)] : []
}

function answers(operation) {
  const found = Object.entries(operation.responses ?? {}).find(([status, raw]) => /^2/.test(status) && Object.keys(resolve(raw).content ?? {}).length)
  if (!found) return []
  const content = Object.values(resolve(found[1]).content)[0]
  return content.schema ? [sample(`${t('response')} ${found[0]}`, JSON.stringify(content.example ?? sampleOf(content.schema, api), null, 2))] : []
}

function curl(operation) {
  const filled = operation.path.replace(/\{(\w+)\}/g, (_, name) => `$${name.toUpperCase()}`)
  const needed = operation.parameters.map((one) => resolve(one)).filter((one) => one.in === 'query' && one.required)
  const query = needed.length ? `?${needed.map((one) => `${one.name}=…`).join('&')}` : ''
  const lines = [`curl ${operation.method === 'get' ? '' : `-X ${operation.method.toUpperCase()} `}"${location.origin}${base()}${filled}${query}"`]
  if (!isOpen(operation)) lines.push('-H "Authorization: Bearer $TOKEN"')
  const content = resolve(operation.requestBody)?.content ?? {}
  if (content['application/json']) {
    const { example, schema } = content['application/json']
    // In a shell a single quote ends the text; ' cannot be escaped inside it.
    const body = JSON.stringify(example ?? sampleOf(schema, api), null, 2).replaceAll("'", "'\\''")
    lines.push('-H "Content-Type: application/json"', `-d '${body}'`)
  } else if (content['multipart/form-data']) lines.push('-F "file=@FILE"')
  return lines.join(' \\\n  ')
}

function sample(title, text) {
  const copy = element('button', { type: 'button' }, t('copy'))
  const pre = element('pre', { tabindex: '0' }, text)
  copy.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text)
      copy.textContent = t('copied')
    } catch {
      // Plain http pages may not write the clipboard: select, so that one key copies.
      getSelection().selectAllChildren(pre)
    }
  })
  return element('div', { class: 'sample' }, element('header', {}, element('span', {}, title), copy), pre)
}

function resolve(part) {
  if (!part?.$ref) return part ?? {}
  return part.$ref.slice(2).split('/').reduce((at, key) => at?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], api) ?? {}
}

function filter() {
  const words = place('search').value.trim().toLowerCase().split(/\s+/).filter(Boolean)
  let shown = 0
  for (const node of document.querySelectorAll('.operation')) {
    node.hidden = !words.every((word) => node.dataset.words.includes(word))
    const line = document.querySelector(`#index [data-operation="${node.id}"]`)
    if (line) line.hidden = node.hidden
    if (!node.hidden) shown += 1
  }
  for (const group of document.querySelectorAll('.group')) group.hidden = !group.querySelector('.operation:not([hidden])')
  place('none').hidden = shown > 0
}

function mark() {
  for (const line of document.querySelectorAll('#index a')) {
    if (line.hash === location.hash) line.setAttribute('aria-current', 'true')
    else line.removeAttribute('aria-current')
  }
  place('index').classList.remove('open')
  place('menu').setAttribute('aria-expanded', 'false')
}

place('search').addEventListener('input', () => api && filter())
place('language').addEventListener('click', () => {
  language = language === 'zh' ? 'en' : 'zh'
  remember('language', language)
  draw()
  mark()
})
place('theme').addEventListener('click', () => {
  theme = { system: 'light', light: 'dark', dark: 'system' }[theme] ?? 'system'
  remember('theme', theme)
  draw()
  mark()
})
place('menu').addEventListener('click', () => {
  const open = place('index').classList.toggle('open')
  place('menu').setAttribute('aria-expanded', String(open))
})
addEventListener('hashchange', mark)
addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target.closest('input')) return
  event.preventDefault()
  place('search').focus()
})

draw()
try {
  const response = await fetch('/openapi.json')
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  api = await response.json()
  draw()
  mark()
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView()
} catch (problem) {
  place('content').replaceChildren(element('p', { class: 'state bad', role: 'alert' }, `${t('failed')} (${problem.message})`))
}
