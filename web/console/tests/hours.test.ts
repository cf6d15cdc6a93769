import { describe, expect, it } from 'vitest'
import { daysOf, offsetName, weekOf } from '@/settings/hours'

describe('opening hours', () => {
  const nine = { utc_offset_minutes: 480, days: [[540, 1260], null, [0, 1440], null, null, null, null], holidays: [] }

  it('come back from the form as they were', () => {
    expect(daysOf(weekOf(nine))).toEqual(nine.days)
  })

  it('begin with the working week where there were none', () => {
    expect(weekOf(null).map((line) => line.open)).toEqual([true, true, true, true, true, false, false])
    expect(daysOf(weekOf(null))?.[0]).toEqual([540, 1080])
  })

  it('are refused when a day closes before it opens', () => {
    const week = weekOf(nine)
    expect(daysOf([{ open: true, from: '18:00', to: '09:00' }, ...week.slice(1)])).toBeNull()
    expect(daysOf([{ open: true, from: '09:00', to: '24:30' }, ...week.slice(1)])).toBeNull()
    expect(daysOf([{ open: true, from: '', to: '10:00' }, ...week.slice(1)])).toBeNull()
  })

  it('name the time zone by its distance from UTC', () => {
    expect(offsetName(480)).toBe('UTC+08:00')
    expect(offsetName(-210)).toBe('UTC−03:30')
  })
})
