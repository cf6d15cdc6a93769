import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ServerFrame } from '@/live/frames'
import { backoffMs, LiveSocket, type Wire } from '@/live/socket'
import { message } from './events'

class FakeWire implements Wire {
  onopen: Wire['onopen'] = null
  onmessage: Wire['onmessage'] = null
  onclose: Wire['onclose'] = null
  sent: unknown[] = []
  closed = false
  send(text: string): void {
    this.sent.push(JSON.parse(text))
  }
  close(): void {
    this.closed = true
  }
  say(frame: ServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
}

let wires: FakeWire[]
let frames: ServerFrame[]
let states: string[]
let reloads: number
let socket: LiveSocket
const newest = (): FakeWire => wires[wires.length - 1] as FakeWire
const welcome = (cursor: string): ServerFrame => ({ type: 'welcome', cursor, user_id: 'u', heartbeat_seconds: 20 })

function connect(cursor = 'w'): void {
  newest().onopen?.()
  newest().say(welcome(cursor))
}

beforeEach(() => {
  vi.useFakeTimers()
  wires = []
  frames = []
  states = []
  reloads = 0
  socket = new LiveSocket({
    connect: () => {
      const wire = new FakeWire()
      wires.push(wire)
      return wire
    },
    onFrame: (frame) => frames.push(frame),
    onState: (state) => states.push(state),
    onReload: () => (reloads += 1),
    random: () => 0.5,
  })
  socket.start()
})
afterEach(() => {
  socket.stop()
  vi.useRealTimers()
})

describe('resume', () => {
  test('the first hello has no cursor, and what is shown is loaded', () => {
    connect()
    expect(newest().sent[0]).toEqual({ type: 'hello' })
    expect(reloads).toBe(1)
    expect(states.at(-1)).toBe('online')
  })

  test('after a break the cursor of the last event is given, and nothing is loaded anew', () => {
    connect()
    newest().say({ type: 'event', cursor: 'e7', prev: 0, event: message(1) })
    newest().onclose?.({ code: 1012 })
    expect(states.at(-1)).toBe('offline')
    vi.advanceTimersByTime(1000)
    newest().onopen?.()
    expect(newest().sent[0]).toEqual({ type: 'hello', cursor: 'e7' })
    newest().say(welcome('e9'))
    expect(reloads).toBe(1)
  })

  test('a break in the middle of a replay resumes where the replay stood, not where the welcome pointed', () => {
    connect('w1')
    newest().onclose?.({ code: 1006 })
    vi.advanceTimersByTime(1000)
    newest().onopen?.()
    newest().say(welcome('w9'))
    newest().say({ type: 'event', cursor: 'e2', prev: 0, event: message(1) })
    newest().onclose?.({ code: 1006 })
    vi.advanceTimersByTime(1000)
    newest().onopen?.()
    expect(newest().sent[0]).toEqual({ type: 'hello', cursor: 'e2' })
  })

  test('a reset loads everything and goes on with the cursor in it', () => {
    connect()
    newest().say({ type: 'reset', reason: 'too old', cursor: 'r1' })
    expect(reloads).toBe(2)
    newest().onclose?.({ code: 1006 })
    vi.advanceTimersByTime(1000)
    newest().onopen?.()
    expect(newest().sent[0]).toEqual({ type: 'hello', cursor: 'r1' })
  })
})

describe('reconnecting', () => {
  test('waits longer each time, within limits, spread by chance', () => {
    expect(backoffMs(0, 0)).toBe(250)
    expect(backoffMs(0, 1)).toBe(500)
    expect(backoffMs(3, 1)).toBe(4000)
    expect(backoffMs(50, 1)).toBe(30_000)
  })

  test('a welcome begins the waiting anew', () => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      newest().onclose?.({ code: 1006 })
      vi.advanceTimersByTime(30_000)
    }
    connect()
    const before = wires.length
    newest().onclose?.({ code: 1006 })
    vi.advanceTimersByTime(500)
    expect(wires.length).toBe(before + 1)
  })

  test('a session that ended is not tried again', () => {
    connect()
    newest().onclose?.({ code: 4401 })
    vi.advanceTimersByTime(120_000)
    expect(states.at(-1)).toBe('signed_out')
    expect(wires).toHaveLength(1)
  })

  test('what the server forbids is asked again, but not at once', () => {
    connect()
    newest().onclose?.({ code: 4403 })
    vi.advanceTimersByTime(2000)
    expect(wires).toHaveLength(1)
    vi.advanceTimersByTime(10_000)
    expect(wires).toHaveLength(2)
  })

  test('a line that stays silent is given up', () => {
    connect()
    vi.advanceTimersByTime(20_000)
    expect(newest().sent.at(-1)).toEqual({ type: 'ping' })
    vi.advanceTimersByTime(20_000)
    expect(wires[0]?.closed).toBe(true)
    vi.advanceTimersByTime(1000)
    expect(wires).toHaveLength(2)
  })

  test('a pong keeps the line', () => {
    connect()
    for (let beat = 0; beat < 5; beat += 1) {
      vi.advanceTimersByTime(20_000)
      newest().say({ type: 'pong' })
    }
    expect(wires).toHaveLength(1)
  })
})

test('nothing is sent before the welcome', () => {
  newest().onopen?.()
  expect(socket.send({ type: 'ping' })).toBe(false)
  newest().say(welcome('w'))
  expect(socket.send({ type: 'ping' })).toBe(true)
})

test('what is no frame is passed over', () => {
  connect()
  const before = frames.length
  newest().onmessage?.({ data: 'not json' })
  newest().onmessage?.({ data: '42' })
  expect(frames).toHaveLength(before)
})
