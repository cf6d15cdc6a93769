import { describe, expect, test } from 'vitest'
import { briefLines } from '@/conversation/brief'
import { markedText } from '@/sidebar/spans'
import { titled } from '@/sidebar/titles'

describe('the hand-over note', () => {
  test('is read line by line, in both languages', () => {
    expect(briefLines('转人工原因：客户要求人工\n已知信息：订单号 QH2611081742；时间 09:30')).toEqual([
      { label: '转人工原因', text: '客户要求人工' },
      { label: '已知信息', text: '订单号 QH2611081742；时间 09:30' },
    ])
    expect(briefLines('Why: a rule\nMood: calm → angry')?.map((line) => line.label)).toEqual(['Why', 'Mood'])
  })

  test('other notes stay text', () => {
    for (const note of ['已登记：工单 7', '客户说：\n转人工原因：我猜的', 'Why: yes\nand no label', '']) expect(briefLines(note)).toBeNull()
  })
})

describe('marks in a message', () => {
  const reason = (text: string, start: number, end: number, weight = 1) => ({ text, weight, span: { start, end } })

  test('stand where the words stand, whatever they are made of', () => {
    // Three bytes a character, four for the emoji.
    expect(markedText('😀太慢了 Now', [{ kind: 'emotion', reasons: [reason('太慢', 4, 10)] }, { kind: 'urgency', reasons: [reason('now', 14, 17)] }])).toEqual([
      { text: '😀' }, { text: '太慢', kind: 'emotion' }, { text: '了 ' }, { text: 'Now', kind: 'urgency' },
    ])
  })

  test('what does not fit the text, overlaps or spoke against is left out', () => {
    const groups = [
      { kind: 'danger' as const, reasons: [reason('太慢了', 0, 9)] },
      { kind: 'emotion' as const, reasons: [reason('慢', 3, 6), reason('快', 0, 3), reason('了', 6, 9, -1), { text: '***', weight: 1 }] },
    ]
    expect(markedText('太慢了', groups)).toEqual([{ text: '太慢了', kind: 'danger' }])
    expect(markedText('太慢了', groups.slice(1))).toEqual([{ text: '太' }, { text: '慢', kind: 'emotion' }, { text: '了' }])
  })
})

test('a title is that of the reader’s language, else the name', () => {
  const titles = { cancel_order: { zh: '取消订单', en: 'Cancel an order' } }
  expect([titled(titles, 'cancel_order', 'zh-CN'), titled(titles, 'cancel_order', 'en'), titled(undefined, 'x', 'en'), titled(titles, 'f.slot', 'en', 'slot')]).toEqual(['取消订单', 'Cancel an order', 'x', 'slot'])
})
