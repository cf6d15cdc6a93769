import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import en from '@/i18n/en'
import zhCN from '@/i18n/zh-CN'

type Tree = { [key: string]: string | Tree }

function flat(tree: Tree, prefix = ''): Map<string, string> {
  const all = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') all.set(prefix + key, value)
    else for (const [name, text] of flat(value, `${prefix}${key}.`)) all.set(name, text)
  }
  return all
}

const chinese = flat(zhCN)
const english = flat(en)
const names = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort()

test('both languages have the same texts', () => {
  expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort())
})

test('no text is empty', () => {
  for (const texts of [chinese, english]) for (const [key, text] of texts) expect(text.trim(), key).not.toBe('')
})

test('both languages name the same values', () => {
  for (const [key, text] of chinese) expect(names(english.get(key) ?? ''), key).toEqual(names(text))
})

test('no text holds a character that the message syntax reads as its own', () => {
  for (const texts of [chinese, english]) for (const [key, text] of texts) expect(text, key).not.toMatch(/[|@]/)
})

describe('in Chinese', () => {
  test('punctuation between Chinese characters is full-width', () => {
    for (const [key, text] of chinese) expect(text, key).not.toMatch(/\p{Script=Han}[,;:!?]|\p{Script=Han}\.(?!\w)/u)
  })

  test('a gap parts Chinese from Latin letters', () => {
    for (const [key, text] of chinese) expect(text.replace(/\{\w+\}/g, ''), key).not.toMatch(/\p{Script=Han}[A-Za-z]|[A-Za-z]\p{Script=Han}/u)
  })
})

test('every text that a page asks for by its full name exists', () => {
  const used = new Set<string>()
  for (const file of sources('src')) for (const match of readFileSync(file, 'utf8').matchAll(/\bt\('([\w.-]+\.[\w.-]+)'/g)) used.add(match[1] ?? '')
  expect([...used].filter((key) => !chinese.has(key))).toEqual([])
})

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? sources(path) : /\.(vue|ts)$/.test(path) ? [path] : []
  })
}
