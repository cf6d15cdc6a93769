import { describe, expect, test } from 'vitest'
import type { FoundEntity, FoundIntent, Intent } from '@/api/types'
import { checkPattern, examplesOf, linesOf, valuesOf } from '@/language/lines'
import { marksOf } from '@/language/marks'
import { heatMap, readDoubts, readReport, type Report, stillHolds, weakest } from '@/language/report'
import { titleOf, treeOf } from '@/language/tree'
import { valueWords } from '@/language/values'
import { factsOf, isEmpty, pointsOf, promisesKept, readSummary } from '@/sidebar/gist'
import { placeOf } from '@/text/bytes'

const intent = (name: string, utterances = 10, title_zh = name, title_en = name): Intent => ({
  id: `id-${name}`, name, title_zh, title_en, answer_key: null, action: 'none', utterances, created_at: '2026-11-22T01:00:00Z', updated_at: '2026-11-22T01:00:00Z',
})
const found = (text: string, why: FoundIntent['why'], start = 0, end = new TextEncoder().encode(text).length): FoundIntent => ({
  name: 'order/cancel', probability: 0.9, in_scope: true, start, end, candidates: [], why,
})
const entity = (text: string, word: string, kind = 'order_number'): FoundEntity => {
  const bytes = (part: string): number => new TextEncoder().encode(part).length
  const start = bytes(text.slice(0, text.indexOf(word)))
  return { kind, start, end: start + bytes(word), text: word, value: null, confidence: 0.9 }
}

describe('places in a message', () => {
  test('bytes of UTF-8 become places of a string, whatever the characters', () => {
    const text = 'a订é😀z'
    const place = placeOf(text)
    expect([0, 1, 4, 6, 10, 11].map(place)).toEqual([0, 1, 2, 3, 5, 6])
    expect(place(2)).toBe(1)
    expect(place(99)).toBe(text.length)
  })
})

describe('marks', () => {
  test('the pieces give the message again, with weights and names where they belong', () => {
    const text = '请取消订单QH26，谢谢'
    const marks = marksOf(text, { intents: [found(text, [{ text: '取消', weight: 2 }, { text: '谢谢', weight: -0.5 }])], entities: [entity(text, 'QH26')] })
    expect(marks.pieces.map((piece) => piece.text).join('')).toBe(text)
    expect(marks.pieces.filter((piece) => piece.weight !== 0).map((piece) => [piece.text, piece.weight])).toEqual([['取消', 2], ['谢谢', -0.5]])
    expect(marks.pieces.filter((piece) => piece.entity === 0).map((piece) => piece.text)).toEqual(['QH26'])
    expect(marks.heaviest).toBe(2)
  })

  test('case and width do not matter, and a whole word goes before a part of one', () => {
    const text = 'Reorder my ORDER ＡＢＣ'
    const { pieces } = marksOf(text, { intents: [found(text, [{ text: 'order', weight: 1 }, { text: 'abc', weight: 1 }])], entities: [] })
    expect(pieces.filter((piece) => piece.weight).map((piece) => piece.text)).toEqual(['ORDER', 'ＡＢＣ'])
  })

  test('a word that counts twice is marked twice', () => {
    const text = '退货，退货'
    const { pieces } = marksOf(text, { intents: [found(text, [{ text: '退货', weight: 2 }, { text: '退货', weight: 1 }])], entities: [] })
    expect(pieces.filter((piece) => piece.weight).length).toBe(2)
  })

  test('what was read in another spelling is told beside the message', () => {
    const text = '訂單'
    expect(marksOf(text, { intents: [found(text, [{ text: '订单', weight: 1 }])], entities: [] }).elsewhere).toEqual([{ text: '订单', weight: 1 }])
  })

  test('each wish is marked in its own part', () => {
    const text = '取消。不要取消'
    const { pieces } = marksOf(text, { intents: [found(text, [{ text: '取消', weight: 1 }], 9)], entities: [] })
    expect(pieces.findIndex((piece) => piece.weight)).toBeGreaterThan(0)
  })
})

describe('the tree of intents', () => {
  const intents = [intent('order/cancel', 3, '取消订单', 'Cancel'), intent('order', 2, '订单', 'Orders'), intent('greeting', 5, '问候', 'Greeting'), intent('order/status', 4, '查订单', 'Status')]

  test('intents lie in what their names say, with sums of examples', () => {
    const tree = treeOf(intents)
    expect(tree.map((branch) => [branch.name, branch.utterances])).toEqual([['greeting', 5], ['order', 9]])
    expect(tree[1]?.intent?.name).toBe('order')
    expect(tree[1]?.children.map((branch) => branch.name)).toEqual(['order/cancel', 'order/status'])
  })

  test('a search looks at names and titles', () => {
    expect(treeOf(intents, '取消')[0]?.children.map((branch) => branch.name)).toEqual(['order/cancel'])
    expect(treeOf(intents, 'GREET').map((branch) => branch.name)).toEqual(['greeting'])
    expect(treeOf(intents, 'nothing')).toEqual([])
  })

  test('titles follow the language of the page, and the name stands in', () => {
    expect(titleOf(intents[0] as Intent, 'zh-CN')).toBe('取消订单')
    expect(titleOf(intents[0] as Intent, 'en')).toBe('Cancel')
    expect(titleOf({ name: 'a/b', title_zh: '', title_en: '' }, 'en')).toBe('a/b')
  })
})

describe('what is pasted', () => {
  test('lines become examples without bullets, numbers, empty and doubled lines', () => {
    expect(examplesOf('- 取消订单\n\n* cancel it\r\n1. 退货\n取消订单\n  • 换货  ')).toEqual({ texts: ['取消订单', 'cancel it', '退货', '换货'], tooLong: 0 })
    expect(examplesOf('3.5 元可以退吗').texts).toEqual(['3.5 元可以退吗'])
    expect(examplesOf('a'.repeat(1001)).tooLong).toBe(1)
  })

  test('lines and columns become values, and values lines again', () => {
    const values = [{ id: 'QH-RC30', name: '电饭煲', synonyms: ['饭煲', 'rice cooker'] }, { id: '加湿器', name: '加湿器', synonyms: [] }]
    expect(valuesOf('电饭煲 | 饭煲，rice cooker, 饭煲 | QH-RC30\n\n加湿器')).toEqual(values)
    expect(valuesOf('电饭煲\t饭煲\tQH-RC30')[0]).toEqual({ id: 'QH-RC30', name: '电饭煲', synonyms: ['饭煲'] })
    expect(valuesOf(linesOf(values))).toEqual(values)
  })

  test('a pattern is tried as the server would: alone, without case', () => {
    expect(checkPattern('cm-\\d{4}', '我的机器是CM-1234，不是XCM-99999')).toEqual({ state: 'good', found: ['CM-1234'] })
    expect(checkPattern('cm-(', '').state).toBe('bad')
    expect(checkPattern('(?=a)b', '')).toEqual({ state: 'bad', why: 'lookaround' })
  })
})

describe('reports', () => {
  const label = (name: string, f1: number, support = 10): Report['labels'][number] => ({ label: name, support, taken: support, right: Math.round(f1 * support), precision: f1, recall: f1, f1 })
  const report = readReport({
    accuracy: 0.8, labels: [label('a', 0.95), label('b', 0.4), label('c', 0.7), label('d', 0, 0)],
    confusions: [{ given: 'b', taken: 'c', count: 4, examples: ['x'] }, { given: 'oos', taken: 'b', count: 1, examples: [] }],
  }) as Report

  test('a version that could not be trained has none', () => {
    expect(readReport({})).toBeNull()
    expect(readReport(null)).toBeNull()
    expect(report.calibration).toEqual([])
  })

  test('the weakest intents come first, those that are found well and those without examples not at all', () => {
    expect(weakest(report, 5).map((one) => one.label)).toEqual(['b', 'c'])
  })

  test('the heat map has what is confused, what belongs to nothing last', () => {
    const map = heatMap(report, 12)
    expect(map.labels).toEqual(['b', 'c', 'oos'])
    expect(map.cells).toEqual([[4, 4, 0], [0, 7, 0], [1, 0, 0]])
    expect(map.worst).toBe(4)
  })

  test('doubts of a kind that is not known here are left out, and mended ones no longer hold', () => {
    const doubts = readDoubts([{ kind: 'duplicate', labels: ['a'], sure: 1 }, { kind: 'unheard_of', labels: ['a'] }, { kind: 'duplicate' }])
    expect(doubts).toHaveLength(1)
    expect(stillHolds(doubts[0] as (typeof doubts)[0], 'a')).toBe(true)
    expect(stillHolds(doubts[0] as (typeof doubts)[0], 'b')).toBe(false)
  })
})

describe('values in words', () => {
  const say = (key: string, values: Record<string, unknown> = {}): string => `${key.split('.').at(-1)}(${Object.values(values).join()})`
  const words = (value: unknown): string => valueWords(value, 'zh-CN', say)

  test('money has the decimals of its currency', () => {
    expect(words({ type: 'money', minor: 29900, currency: 'CNY' })).toBe('¥299.00')
    expect(words({ type: 'money', minor: 500, currency: 'JPY' })).toContain('500')
    expect(words({ type: 'money', minor: 1050, currency: null })).toBe('10.5')
  })

  test('times are on the customer’s clock, whatever that of the reader', () => {
    expect(words({ type: 'time', moment: { kind: 'date_time', at: '2026-11-25T15:00:00+08:00', grain: 'hour' } })).toBe('2026年11月25日周三 15:00')
    expect(words({ type: 'time', moment: { kind: 'date', date: '2026-11-22' } })).toBe('2026年11月22日周日')
  })

  test('a range of days ends with its last day, and may be open', () => {
    expect(words({ type: 'time', moment: { kind: 'range', from: '2026-12-03T00:00:00+08:00', to: '2026-12-06T00:00:00+08:00', grain: 'day' } })).toBe('2026年12月3日周四 – 2026年12月5日周六')
    expect(words({ type: 'time', moment: { kind: 'range', to: '2026-12-02T00:00:00+08:00', grain: 'day' } })).toBe('until(2026年12月1日周二)')
  })

  test('lengths and repetitions have words', () => {
    const length = (days: number) => ({ months: 0, days, working_days: 0, seconds: 0 })
    expect(words({ type: 'time', moment: { kind: 'duration', least: length(2), most: length(3) } })).toBe('2天 – 3天')
    expect(words({ type: 'time', moment: { kind: 'recurring', rule: { every: 'weeks', interval: 1, days: [3] }, from: '15:00:00' } })).toBe('each_weeks() 周三 since(15:00)')
  })

  test('what is not there or not known is nothing', () => {
    expect(words(null)).toBe('')
    expect(words({ type: 'unheard_of' })).toBe('')
  })
})

describe('the gist of a conversation', () => {
  test('parts that are not there are empty', () => {
    expect(isEmpty(readSummary({}))).toBe(true)
    expect(isEmpty(readSummary(null))).toBe(true)
    expect(isEmpty(readSummary({ wanted: [{ seq: 1, who: 'customer', text: '退货' }] }))).toBe(false)
  })

  test('a promise that is open is told once, and what the bot named not at all', () => {
    const promise = { seq: 4, who: 'agent', text: '今天发货', stage: 'will', confirmed: false }
    const done = { ...promise, seq: 6, text: '已经发货', stage: 'done' }
    const summary = readSummary({ promised: [promise, done], open: [{ seq: 4, who: 'agent', text: '今天发货', why: 'promised' }], facts: [{ kind: 'phone', who: 'bot' }, { kind: 'time', who: 'customer' }] })
    expect(promisesKept(summary)).toEqual([done])
    expect(factsOf(summary).map((fact) => fact.kind)).toEqual(['time'])
  })

  test('the mood knows where it broke', () => {
    const trend = { smoothed: [0, -0.2, -0.5], direction: 'worse', level: 'strained', recovered: false, broke: { at: 1 } }
    expect(readSummary({ mood: { trend, broke_seq: 4 } }).mood).toEqual({ smoothed: [0, -0.2, -0.5], direction: 'worse', level: 'strained', recovered: false, brokeSeq: 4, brokeAt: 1 })
    expect(readSummary({ mood: null }).mood).toBeNull()
  })

  test('good moods are at the top of the line, and a single one is level', () => {
    expect(pointsOf([1, -1], 10, 4)).toEqual([[0, 0], [10, 4]])
    expect(pointsOf([0], 10, 4)).toEqual([[0, 2], [10, 2]])
  })
})
