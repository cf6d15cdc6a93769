import { describe, expect, it } from 'vitest'
import type { ModelUse } from '@/api/assistant'
import { byModel, meanTime, money } from '@/assistant/models'
import { isForeign, tongueOf } from '@/text/tongue'

const use = (over: Partial<ModelUse>): ModelUse => ({ day: '2026-11-22', task: 'rephrase', model: 'small', currency: '', answered: 1, cached: 0, failed: 0, tokens_in: 100, tokens_out: 10, micros: 0, took_ms: 300, longest_ms: 300, ...over })

describe('what language models cost', () => {
  it('adds up the days of a model, and keeps the longest time', () => {
    const rows = byModel([use({}), use({ day: '2026-11-21', cached: 3, failed: 1, took_ms: 900, longest_ms: 700 })])
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ answered: 2, cached: 3, failed: 1, tokens_in: 200, took_ms: 1200, longest_ms: 700 })
    expect(meanTime(rows[0]!)).toBe(400)
  })

  it('shows what costs most first', () => {
    const rows = byModel([use({ task: 'draft' }), use({ answered: 5 }), use({ model: 'large', currency: 'CNY', micros: 10 })])
    expect(rows.map((row) => `${row.task} ${row.model}`)).toEqual(['rephrase large', 'rephrase small', 'draft small'])
  })

  it('counts what failed and so cost nothing with the rest', () => {
    const rows = byModel([use({ answered: 0, failed: 1 }), use({ currency: 'CNY', micros: 10 }), use({ currency: 'EUR', micros: 5 })])
    expect(rows.map((row) => [row.currency, row.answered, row.failed])).toEqual([['CNY', 1, 1], ['EUR', 1, 0]])
  })

  it('knows no mean time when the cache always answered', () => {
    expect(meanTime(byModel([use({ answered: 0, cached: 2, took_ms: 0 })])[0]!)).toBeNull()
  })

  it('writes small amounts so that they can be read', () => {
    expect([money(0, 'CNY'), money(300, 'CNY'), money(21_300, 'CNY'), money(123_456_789, null)]).toEqual(['0.00 CNY', '0.000300 CNY', '0.0213 CNY', '123.46'])
  })
})

describe('who may want a translation', () => {
  it('tells the language by the words, not by numbers and links', () => {
    expect(tongueOf('我要退货')).toBe('zh')
    expect(tongueOf('order QH2611050123 很慢')).toBe('zh')
    expect(tongueOf('Where is my parcel?')).toBe('en')
    expect(tongueOf('QH2611050123')).toBeNull()
    expect(tongueOf('https://example.com/a')).toBeNull()
  })

  it('is who reads another language', () => {
    expect(isForeign('Where is my parcel?', 'zh')).toBe(true)
    expect(isForeign('我要退货', 'zh')).toBe(false)
    expect(isForeign('荷物はどこですか', 'zh')).toBe(true)
    expect(isForeign('Где моя посылка?', 'en')).toBe(true)
    expect(isForeign('QH2611050123', 'zh')).toBe(false)
    expect(isForeign('👍', 'en')).toBe(false)
  })
})
