import { describe, expect, test } from 'vitest'
import { SNOOZES } from '@/conversation/snoozes'
import { initials } from '@/text/colour'
import { pieces, webAddress } from '@/text/links'
import { fileSize } from '@/text/size'

describe('links', () => {
  test('only web addresses become links', () => {
    expect(webAddress('https://a.example/x')).toBe('https://a.example/x')
    for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'nonsense', '']) expect(webAddress(bad)).toBeUndefined()
  })

  test('Chinese punctuation ends an address', () => {
    expect(pieces('请看https://a.example/x，谢谢')).toEqual([{ text: '请看' }, { text: 'https://a.example/x', href: 'https://a.example/x' }, { text: '，谢谢' }])
  })

  test('a full stop after an address is not part of it', () => {
    expect(pieces('See https://a.example/x.').at(-1)).toEqual({ text: '.' })
  })

  test('markup stays text', () => {
    expect(pieces('<b onclick=x>')).toEqual([{ text: '<b onclick=x>' }])
  })
})

test('sizes are readable', () => {
  expect([0, 1023, 1024, 5_400_000].map(fileSize)).toEqual(['0 B', '1023 B', '1.0 KB', '5.1 MB'])
})

test('a disc shows the given name of a Chinese name and the initials of others', () => {
  expect(initials('王小明')).toBe('明')
  expect(initials('Ada Lovelace')).toBe('AL')
})

test('next Monday is never today', () => {
  const monday = SNOOZES.find((one) => one.name === 'monday')
  const days = [16, 17, 18, 19, 20, 21, 22].map((day) => monday?.until(new Date(2026, 10, day, 12)).getDate())
  expect(days).toEqual([23, 23, 23, 23, 23, 23, 23])
})
