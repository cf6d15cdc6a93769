import { describe, expect, test } from 'vitest'
import { acknowledge, addOutgoing, applyEvent, emptyTimeline, fail, isBehind, loadNewest, prependEvents, type Timeline, wait } from '@/live/timeline'
import { message, ownMessage } from './events'

function filled(last: number): Timeline {
  const timeline = emptyTimeline('c1')
  for (let seq = 1; seq <= last; seq += 1) applyEvent(timeline, message(seq))
  return timeline
}

function sending(timeline: Timeline, clientKey: string): void {
  addOutgoing(timeline, { clientKey, content: { type: 'text', text: 'hi' }, visibility: 'public', at: '2026-11-22T01:00:00Z', state: 'sending' })
}

const posted = (seq: number) => ({ message_id: `message-${seq}`, conversation_id: 'c1', seq, duplicate: false })
const seqs = (timeline: Timeline): number[] => timeline.events.map((event) => event.seq)

describe('events', () => {
  test('the next event is added', () => {
    const timeline = filled(2)
    expect(applyEvent(timeline, message(3))).toBe('added')
    expect(seqs(timeline)).toEqual([1, 2, 3])
  })

  test('an event that is told twice is shown once', () => {
    const timeline = filled(3)
    expect(applyEvent(timeline, message(2))).toBe('known')
    expect(seqs(timeline)).toEqual([1, 2, 3])
  })

  test('an event after a gap is not shown until what is missing has come', () => {
    const timeline = filled(2)
    expect(applyEvent(timeline, message(5))).toBe('gap')
    expect(timeline.lastSeq).toBe(2)
    for (const seq of [3, 4, 5]) expect(applyEvent(timeline, message(seq))).toBe('added')
    expect(seqs(timeline)).toEqual([1, 2, 3, 4, 5])
  })

  test('older history goes before, without what is there already', () => {
    const timeline = emptyTimeline('c1')
    loadNewest(timeline, [message(8), message(9)], 9)
    expect(timeline.hasOlder).toBe(true)
    prependEvents(timeline, [message(6), message(7), message(8)], true)
    expect(seqs(timeline)).toEqual([6, 7, 8, 9])
    expect(timeline.hasOlder).toBe(true)
    prependEvents(timeline, [1, 2, 3, 4, 5].map((seq) => message(seq)), false)
    expect(timeline.hasOlder).toBe(false)
  })
})

describe('local echo', () => {
  test('goes when the event with its key arrives before the answer', () => {
    const timeline = filled(1)
    sending(timeline, 'k1')
    applyEvent(timeline, ownMessage(2, 'k1'))
    expect(timeline.outgoing).toEqual([])
    acknowledge(timeline, 'k1', posted(2))
    expect(timeline.outgoing).toEqual([])
  })

  test('stays as stored when the answer comes first, and goes with the event', () => {
    const timeline = filled(1)
    sending(timeline, 'k1')
    acknowledge(timeline, 'k1', posted(2))
    expect(timeline.outgoing.map((one) => one.state)).toEqual(['stored'])
    applyEvent(timeline, ownMessage(2, 'k1'))
    expect(timeline.outgoing).toEqual([])
  })

  test('is found by its place when the event carries no key', () => {
    const timeline = filled(1)
    sending(timeline, 'k1')
    acknowledge(timeline, 'k1', posted(2))
    applyEvent(timeline, message(2, { sender: 'agent' }))
    expect(timeline.outgoing).toEqual([])
  })

  test('a customer cannot remove it by choosing the same key', () => {
    const timeline = filled(1)
    sending(timeline, 'k1')
    applyEvent(timeline, message(2, { client_key: 'k1' }))
    expect(timeline.outgoing).toHaveLength(1)
  })

  test('stays with its reason when sending failed, through a reload too', () => {
    const timeline = filled(1)
    sending(timeline, 'k1')
    fail(timeline, 'k1', 'offline')
    loadNewest(timeline, [message(1), message(2)], 2)
    expect(timeline.outgoing).toMatchObject([{ clientKey: 'k1', state: 'failed', error: 'offline' }])
  })

  test('waits behind what found no connection before it, and goes once that is sent', () => {
    const timeline = filled(1)
    for (const key of ['k1', 'k2']) sending(timeline, key)
    wait(timeline, 'k1')
    expect([isBehind(timeline, 'k1'), isBehind(timeline, 'k2')]).toEqual([false, true])
    acknowledge(timeline, 'k1', posted(2))
    expect(isBehind(timeline, 'k2')).toBe(false)
  })

  test('goes when a reload shows that it did arrive', () => {
    const timeline = filled(1)
    sending(timeline, 'k1')
    fail(timeline, 'k1', 'offline')
    loadNewest(timeline, [message(1), ownMessage(2, 'k1')], 2)
    expect(timeline.outgoing).toEqual([])
  })
})
