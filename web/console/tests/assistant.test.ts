import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { FileProblem, FilesChecked, OutcomeCount } from '@/api/assistant'
import { GROUPS, grouped, groupOf, pathOf, template, troubles } from '@/assistant/files'
import { changedFiles, lineDifference } from '@/assistant/lines'
import { byDay, byFlow, settled, totals } from '@/assistant/outcomes'
import { useAssistant } from '@/stores/assistant'

const CHECKED: FilesChecked = {
  fit: true, problems: [],
  flows: [{ id: 'return_goods', file: 'flows/return_goods.yml', title_zh: '退货', title_en: 'Return', description_zh: '', description_en: '', intents: [], phrases_zh: [], phrases_en: [], events: [], needs: 'none', changes_nothing: true, starts_itself: false, slots: [] }],
  tests: [{ name: '两件事一起说', file: 'tests/two.yml', lang: 'zh', turns: 2 }],
  customers: [],
}
const problem = (file: string, fatal: boolean): FileProblem => ({ file, line: 1, column: 1, message: { zh: '没有', en: 'none' }, fatal })

describe('the assistant’s files', () => {
  test('are grouped by their folder and named by what is in them', () => {
    const groups = grouped(['wording.yml', 'tests/two.yml', 'flows/return_goods.yml', 'flows/a.yml'], CHECKED, 'zh-CN')
    expect(groups.map(({ group }) => group)).toEqual(['flows', 'tests', 'other'])
    expect(groups[0]?.files).toEqual([{ path: 'flows/a.yml', title: '' }, { path: 'flows/return_goods.yml', title: '退货' }])
    expect(grouped(['flows/return_goods.yml'], CHECKED, 'en')[0]?.files[0]?.title).toBe('Return')
  })

  test('have names that the server takes', () => {
    expect(pathOf('flows', ' change_address ')).toBe('flows/change_address.yml')
    expect(pathOf('tests', 'zh-1')).toBe('tests/zh-1.yml')
    expect(pathOf('other', 'guard.yml')).toBe('guard.yml')
    for (const name of ['', 'Änderung', 'a b', '../a', 'a/b', 'A', '退货', 'a'.repeat(120)]) expect(pathOf('flows', name), name).toBeNull()
    expect([pathOf('flows', 'a-b'), pathOf('other', 'secrets.yml')]).toEqual([null, null])
  })

  test('begin with their own name in them', () => {
    for (const group of GROUPS) if (group !== 'other') expect(template(`${group}/mine.yml`)).toMatch(/^(flow|backend|conversation|customer): mine\n/)
    expect(groupOf('guard.yml')).toBe('other')
  })

  test('tell their problems apart from warnings', () => {
    expect(troubles([problem('a', true), problem('a', false), problem('b', false)])).toEqual(new Map([['a', { fatal: 1, other: 1 }], ['b', { fatal: 0, other: 1 }]]))
  })
})

describe('what changed', () => {
  const told = (before: string, after: string): string => lineDifference(before, after).map(({ text, change }) => `${{ same: ' ', added: '+', removed: '-' }[change]}${text}`).join('|')

  test('is told line by line', () => {
    expect(told('a\nb\nc\n', 'a\nx\nc\n')).toBe(' a|-b|+x| c')
    expect(told('', 'a\nb')).toBe('+a|+b')
    expect(told('a\nb', '')).toBe('-a|-b')
    expect(told('a\nb\nc\nd', 'b\nd\ne')).toBe('-a| b|-c| d|+e')
  })

  test('of any two texts makes the second out of the first', () => {
    let seed = 11
    const next = (): number => (seed = (seed * 1103515245 + 12345) % 2147483648)
    const text = (): string => Array.from({ length: next() % 12 }, () => 'abc'[next() % 3]).join('\n')
    for (let round = 0; round < 300; round++) {
      const [before, after] = [text(), text()]
      const lines = lineDifference(before, after)
      const side = (gone: string): string => lines.filter(({ change }) => change !== gone).map((line) => line.text).join('\n')
      expect([side('added'), side('removed')]).toEqual([before, after])
    }
  })

  test('between two releases names files that came and went', () => {
    const changes = changedFiles(new Map([['a', '1'], ['b', '1'], ['c', '1']]), new Map([['b', '2'], ['c', '1'], ['d', '1']]))
    expect(changes.map(({ path, change }) => [path, change])).toEqual([['a', 'removed'], ['b', 'changed'], ['d', 'added']])
  })
})

describe('outcomes', () => {
  const DAY = 20_000
  const items: OutcomeCount[] = [
    { day: DAY, outcome: 'confirmed', flow: 'return_goods', count: 2 },
    { day: DAY, outcome: 'assumed', flow: null, count: 1 },
    { day: DAY - 2, outcome: 'handed_over', flow: 'return_goods', count: 1 },
  ]
  const notSolved: OutcomeCount = { day: DAY, outcome: 'not_solved', flow: 'return_goods', count: 4 }

  test('are counted by day, with days on which nothing ended', () => {
    expect(byDay(items, DAY * 86_400_000 + 5, 3).map((row) => [row.key, row.total])).toEqual([['2024-10-02', 1], ['2024-10-03', 0], ['2024-10-04', 3]])
  })

  test('are counted by flow, the most frequent first', () => {
    expect(byFlow(items).map((row) => [row.key, row.total])).toEqual([['return_goods', 3], ['', 1]])
  })

  test('tell what was confirmed apart from what is assumed', () => {
    expect(settled(totals(items))).toEqual({ confirmed: 0.5, withAssumed: 0.75 })
    expect(settled(totals([]))).toBeNull()
  })

  test('count who said that it was not solved, which settles nothing', () => {
    expect(totals([...items, notSolved]).not_solved).toBe(4)
    expect(byFlow([...items, notSolved])[0]).toMatchObject({ key: 'return_goods', total: 7 })
    expect(settled(totals([...items, notSolved]))).toEqual({ confirmed: 0.25, withAssumed: 0.375 })
  })
})

describe('a file that is written', () => {
  const stored = (text: string, revision: number) => ({ path: 'flows/a.yml', text, revision, updated_at: '2026-11-22T00:00:00Z', updated_by: { type: 'system' } })
  let files: Map<string, ReturnType<typeof stored>>
  const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })

  beforeEach(() => {
    vi.useFakeTimers()
    setActivePinia(createPinia())
    files = new Map([['flows/a.yml', stored('one', 1)]])
    vi.stubGlobal('fetch', async (address: string, { method, body }: { method: string; body: string | null }) => {
      const url = new URL(address, 'http://x')
      if (url.pathname.endsWith('/check')) return json(CHECKED)
      if (url.pathname.endsWith('/files')) return json({ revision: 9, items: [...files.values()] })
      const path = url.searchParams.get('path') ?? ''
      const file = files.get(path)
      if (method === 'GET') return file ? json(file) : json({ title: '', status: 404, code: 'not_found' }, 404)
      const sent = JSON.parse(body ?? '{}') as { text: string; expected_revision: number | null }
      if ((file?.revision ?? null) !== sent.expected_revision) return json({ title: '', status: 409, code: 'conflict' }, 409)
      files.set(path, stored(sent.text, (file?.revision ?? 0) + 1))
      return json(files.get(path))
    })
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  test('stays when one looks at another, until it is saved or given up', async () => {
    const assistant = useAssistant()
    await assistant.read('flows/a.yml')
    assistant.write('flows/a.yml', 'two')
    expect((await assistant.read('flows/a.yml')).text).toBe('two')
    expect(await assistant.save('flows/a.yml')).toBe(true)
    expect([assistant.dirty.length, files.get('flows/a.yml')?.text]).toEqual([0, 'two'])
    assistant.write('flows/a.yml', 'three')
    assistant.discard('flows/a.yml')
    expect(assistant.buffers.get('flows/a.yml')?.text).toBe('two')
  })

  test('does not overwrite what somebody else saved meanwhile', async () => {
    const assistant = useAssistant()
    await assistant.read('flows/a.yml')
    assistant.write('flows/a.yml', 'mine')
    files.set('flows/a.yml', stored('theirs', 2))
    expect(await assistant.save('flows/a.yml')).toBe(false)
    expect(files.get('flows/a.yml')?.text).toBe('theirs')
    expect([assistant.buffers.get('flows/a.yml')?.newer?.text, assistant.buffers.get('flows/a.yml')?.text]).toEqual(['theirs', 'mine'])
    expect(await assistant.keepMine('flows/a.yml')).toBe(true)
    expect(files.get('flows/a.yml')?.text).toBe('mine')
  })

  test('that is new is not stored over one of its name, and one that was removed can be kept', async () => {
    const assistant = useAssistant()
    assistant.begin('flows/a.yml', 'new')
    expect(await assistant.save('flows/a.yml')).toBe(false)
    assistant.takeTheirs('flows/a.yml')
    expect(assistant.buffers.get('flows/a.yml')?.text).toBe('one')
    assistant.write('flows/a.yml', 'mine')
    files.delete('flows/a.yml')
    expect(await assistant.save('flows/a.yml')).toBe(false)
    expect(assistant.buffers.get('flows/a.yml')?.gone).toBe(true)
    expect(await assistant.keepMine('flows/a.yml')).toBe(true)
    expect(files.get('flows/a.yml')?.text).toBe('mine')
  })
})
