import { describe, expect, test } from 'vitest'
import { reactive } from 'vue'
import type { KnowledgeEntry } from '@/api/types'
import { audienceName, audienceOf, blank, contentOf, excerpt, linesOf, tidied, validity } from '@/knowledge/content'
import { folded, listChange } from '@/knowledge/difference'
import { blocksOf } from '@/knowledge/markdown'
import { bars, sums } from '@/knowledge/usage'

const ENTRY: KnowledgeEntry = {
  id: '1', version: 3, created_at: '2026-01-01T00:00:00Z', updated_at: '2026-02-01T00:00:00Z',
  ...blank(), key: 'orders.cancel', question: '怎么取消？', answer: '点取消。', variants: ['能取消吗'], tags: ['订单'], audience: { team: 't1' }, owner_id: 'u1',
  follow_ups: ['多久退款？'], answers: [{ channel: 'web', answer: '网页上点取消。' }], source: { url: 'https://example.com/a', sha256: 'ab' }, valid_until: '2026-12-01T00:00:00Z',
}

describe('what an entry says', () => {
  test('goes back whole, without what the server keeps', () => {
    const { id: _i, version: _v, created_at: _c, updated_at: _u, ...said } = ENTRY
    expect(tidied(contentOf(reactive(ENTRY) as KnowledgeEntry))).toEqual(said)
  })

  test('is sent trimmed, without empty lines and repetitions', () => {
    const content = tidied({ ...blank(), question: ' 问 ', answer: '答\n', variants: ['一', '', ' 一 ', '二'], category: ' ', answers: [{ channel: 'web', answer: ' ' }, { channel: null, audience: 'agents', answer: ' 内部 ' }] })
    expect(content).toMatchObject({ question: '问', answer: '答', variants: ['一', '二'], category: null, answers: [{ audience: 'agents', answer: '内部' }] })
    expect(linesOf('一\n\n 一 \n二')).toEqual(['一', '二'])
  })

  test('names an audience so that it can be chosen from a list', () => {
    for (const audience of ['public', 'signed_in', 'agents', { team: 't1' }] as const) expect(audienceOf(audienceName(audience))).toEqual(audience)
  })

  test('is valid from its first moment until just before its last', () => {
    const of = (valid_from: string | null, valid_until: string | null): string => validity({ valid_from, valid_until }, Date.parse('2026-06-01T00:00:00Z'))
    expect(of(null, null)).toBe('always')
    expect(of('2026-06-01T00:00:00Z', null)).toBe('current')
    expect(of('2026-06-01T00:00:01Z', null)).toBe('coming')
    expect(of(null, '2026-06-01T00:00:00Z')).toBe('over')
    expect(of(null, '2026-06-02T00:00:00Z')).toBe('ending')
    expect(of(null, '2027-01-01T00:00:00Z')).toBe('current')
  })

  test('begins with its words, not with its marks', () => {
    expect(excerpt('<!-- page 1 -->\n# 标题\n\n**重点**：看[这里](https://a.example)。\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |')).toBe('标题 重点 ：看这里。 甲 乙 1 2')
    expect(excerpt('一二三四五', 3)).toBe('一二三…')
  })
})

describe('Markdown', () => {
  test('is read into headings, paragraphs, lists, tables and places', () => {
    const kinds = blocksOf('<!-- page 2 -->\n# 一\n\n文字\n接着\n\n- 甲\n- 乙\n  - 丙\n\n1. 子\n2. 丑\n\n| a | b |\n|---|:-:|\n| 1 | x \\| y |\n\n> 引用\n\n```\n# 不是标题\n```\n---').map((block) => block.type)
    expect(kinds).toEqual(['place', 'heading', 'paragraph', 'list', 'list', 'table', 'quote', 'code', 'rule'])
  })

  test('keeps lists inside lists, and cells with an escaped bar', () => {
    const [list] = blocksOf('- 甲\n  - 乙\n- 丙')
    expect(list?.type === 'list' && list.items.map((item) => item.map((block) => block.type))).toEqual([['paragraph', 'list'], ['paragraph']])
    const [table] = blocksOf('| a |\n|---|\n| x \\| y |')
    expect(table?.type === 'table' && table.rows).toEqual([[[{ type: 'text', text: 'x | y' }]]])
  })

  test('never makes a link of a script, nor an element of HTML', () => {
    const text = JSON.stringify(blocksOf('[a](javascript:alert(1)) [b](data:text/html,x) <script>alert(1)</script> <img src=x onerror=alert(1)>'))
    expect(text).not.toContain('href')
    expect(JSON.stringify(blocksOf('[a](https://a.example) [b](/help)'))).toMatch(/https:\/\/a\.example.*\/help/)
  })

  test('of any kind comes to an end', () => {
    const pieces = ['- ', '> ', '| ', '|---|', '```', '**', '[', '](', ')', '\n', '\n\n', '1. ', '  ', 'x', '#', '`', '\\', '<!-- page 1 -->', '*']
    let seed = 7
    const next = (): number => (seed = (seed * 1103515245 + 12345) % 2147483648)
    for (let round = 0; round < 400; round++) {
      const text = Array.from({ length: 40 }, () => pieces[next() % pieces.length]).join('')
      expect(Array.isArray(blocksOf(text))).toBe(true)
    }
    expect(blocksOf('> '.repeat(5000)).length).toBe(1)
    expect(blocksOf('*a '.repeat(5000)).length).toBe(1)
  })
})

describe('a difference', () => {
  const line = (text: string, change: 'same' | 'added' | 'removed' = 'same') => ({ text, change })

  test('keeps two lines around what changed and folds the rest', () => {
    const rows = folded([...'abcdef'].map((text) => line(text)).concat(line('new', 'added'), [...'ghijk'].map((text) => line(text))))
    expect(rows.map((row) => (row.type === 'gap' ? row.count : row.text))).toEqual([4, 'e', 'f', 'new', 'g', 'h', 3])
  })

  test('of lists tells what went and what came', () => {
    expect(listChange(['a', 'b'], ['b', 'c'])).toEqual({ removed: ['a'], added: ['c'] })
    expect(listChange(['a', 'b'], ['b', 'a'])).toEqual({ removed: ['a', 'b'], added: ['b', 'a'] })
    expect(listChange('a', 'b')).toBeNull()
  })
})

test('the use of an entry is a bar a day, with empty days between', () => {
  const day = (number: number, answered: number) => ({ entry_id: '1', day: number, answered, offered: 1, chosen: 0, shown: 2, helpful: 0, unhelpful: 1 })
  const days = [day(20_000, 3), day(20_002, 4)]
  expect(bars(days, 20_002.5 * 86_400_000, 4).map((bar) => bar.answered)).toEqual([0, 3, 0, 4])
  expect(sums(days)).toEqual({ answered: 7, offered: 2, chosen: 0, shown: 4, helpful: 0, unhelpful: 2 })
})
