import type { ClientFrame, ServerFrame } from './frames'

export type ConnectionState = 'connecting' | 'online' | 'offline' | 'signed_out'

/** The part of a WebSocket that is used; tests bring their own. */
export interface Wire {
  onopen: (() => void) | null
  onmessage: ((message: { data: unknown }) => void) | null
  onclose: ((close: { code: number }) => void) | null
  send(text: string): void
  close(code?: number): void
}

export interface SocketOptions {
  connect: () => Wire
  onFrame: (frame: ServerFrame) => void
  onState: (state: ConnectionState) => void
  /** What was shown may be out of date and no replay will mend it: load it again. */
  onReload: () => void
  /** From 0 to 1; spreads reconnects so that a restarted server is not stormed. */
  random: () => number
}

const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 30_000
const UNAUTHENTICATED = 4401
const FORBIDDEN = 4403
const BAD_FRAME = 4400
const NOT_FOUND = 4404
const TOO_MANY = 4429

/** How long to wait before attempt number `attempt` (from 0): doubling, capped, spread over its upper half. */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt)
  return Math.round(full / 2 + (full / 2) * random)
}

/**
 * The live connection. Keeps itself alive, reconnects, and resumes at the cursor of the last event it was given, so that
 * what happened in between arrives first.
 */
export class LiveSocket {
  private wire: Wire | null = null
  private cursor: string | undefined
  private attempt = 0
  private welcomed = false
  private stopped = true
  private reconnect: ReturnType<typeof setTimeout> | undefined
  private heartbeat: ReturnType<typeof setInterval> | undefined
  private heardSincePing = true

  constructor(private readonly options: SocketOptions) {}

  start(): void {
    if (!this.stopped) return
    this.stopped = false
    this.open()
  }

  stop(): void {
    this.stopped = true
    this.cursor = undefined
    this.attempt = 0
    this.drop()
    this.options.onState('offline')
  }

  /** Tries now rather than when the wait is over; for when the network came back. */
  retryNow(): void {
    if (this.stopped || this.welcomed) return
    this.attempt = 0
    this.drop()
    this.open()
  }

  /** The browser says that there is no network: does not wait for the heartbeat to find out. */
  networkLost(): void {
    if (this.welcomed) this.closed(1006)
  }

  /** Sends a frame, or says `false` when there is no connection. Nothing is kept for later: senders resume by themselves. */
  send(frame: ClientFrame): boolean {
    if (!this.welcomed) return false
    this.write(frame)
    return true
  }

  private open(): void {
    this.options.onState('connecting')
    const wire = this.options.connect()
    this.wire = wire
    wire.onopen = () => this.write(this.cursor === undefined ? { type: 'hello' } : { type: 'hello', cursor: this.cursor })
    wire.onmessage = ({ data }) => {
      const frame = parse(data)
      if (frame) this.receive(frame)
    }
    wire.onclose = ({ code }) => this.closed(code)
  }

  private receive(frame: ServerFrame): void {
    this.heardSincePing = true
    switch (frame.type) {
      case 'welcome': {
        const resumed = this.cursor !== undefined
        // On a resume the missed events follow, each with its own cursor: keeping the old one until then loses nothing
        // when the connection breaks half-way.
        if (!resumed) this.cursor = frame.cursor
        this.welcomed = true
        this.attempt = 0
        this.beat(frame.heartbeat_seconds)
        this.options.onState('online')
        this.options.onFrame(frame)
        if (!resumed) this.options.onReload()
        return
      }
      case 'reset':
        this.cursor = frame.cursor
        this.options.onReload()
        return
      case 'event':
      case 'changed':
        this.options.onFrame(frame)
        if (frame.cursor !== undefined) this.cursor = frame.cursor
        return
      default:
        this.options.onFrame(frame)
    }
  }

  private beat(seconds: number): void {
    clearInterval(this.heartbeat)
    this.heardSincePing = true
    this.heartbeat = setInterval(() => {
      if (!this.heardSincePing) {
        // The line is dead though nobody closed it: a laptop slept, a cable was pulled.
        this.drop()
        this.closed(1006)
        return
      }
      this.heardSincePing = false
      this.write({ type: 'ping' })
    }, Math.max(5, seconds) * 1000)
  }

  private closed(code: number): void {
    this.drop()
    if (this.stopped) return
    if (code === UNAUTHENTICATED) {
      this.stopped = true
      this.cursor = undefined
      this.options.onState('signed_out')
      return
    }
    if (code === BAD_FRAME) this.cursor = undefined
    // Asking the same again at once would be answered the same.
    if (code === TOO_MANY || code === FORBIDDEN || code === NOT_FOUND) this.attempt = Math.max(this.attempt, 4)
    this.options.onState('offline')
    this.reconnect = setTimeout(() => this.open(), backoffMs(this.attempt, this.options.random()))
    this.attempt += 1
  }

  private drop(): void {
    clearTimeout(this.reconnect)
    clearInterval(this.heartbeat)
    this.welcomed = false
    const wire = this.wire
    this.wire = null
    if (!wire) return
    wire.onopen = wire.onmessage = wire.onclose = null
    wire.close()
  }

  private write(frame: ClientFrame): void {
    this.wire?.send(JSON.stringify(frame))
  }
}

function parse(data: unknown): ServerFrame | null {
  try {
    const frame: unknown = JSON.parse(String(data))
    return typeof frame === 'object' && frame !== null && 'type' in frame ? (frame as ServerFrame) : null
  } catch {
    return null
  }
}
