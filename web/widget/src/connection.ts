import type { Outbox, Outgoing } from "./queue";
import { ApiError, type Ack, type Content, type Event, type EventPage, type Problem, type ServerFrame } from "./types";

/** The one live line to the server, as the browser's WebSocket offers it. */
export interface Wire {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: ((close: { code: number }) => void) | null;
}

/** What the connection needs from outside. Promises fail with [`ApiError`]. */
export interface Ports {
  /** Makes sure of a session and the newest history. */
  prepare(): Promise<Position>;
  /** Opens a WebSocket. */
  open(): Wire;
  /** Events after `seq`, by REST. */
  events(seq: number): Promise<EventPage>;
  /** Sends a message, by REST. */
  post(clientKey: string, content: Content): Promise<Ack>;
  /** Reports typing or reading, by REST. */
  report(report: Report): Promise<void>;
}

export interface Position {
  token: string;
  conversationId: string | null;
  /** The newest event that the client has; 0 when it has none. */
  seq: number;
}

export type Report = { type: "typing"; on: boolean } | { type: "read"; seq: number };

/**
 * `connecting`: on the way for the first time or after a short interruption. `live`: WebSocket. `polling`: REST, because
 * a WebSocket cannot be opened here. `offline`: the server cannot be reached; tries go on. `refused`: the server does not
 * want this page; no more tries.
 */
export type LinkState = "idle" | "connecting" | "live" | "polling" | "offline" | "refused";

export interface Listener {
  state(state: LinkState): void;
  event(event: Event): void;
  /** Something changed in the outbox. */
  outbox(): void;
  typing(who: "agent" | "bot", on: boolean): void;
  agentRead(seq: number): void;
  openNow(open: boolean): void;
}

const WELCOME_MS = 10_000;
const ACK_MS = 10_000;
const PONG_MS = 8_000;
const BACKOFF_BASE_MS = 500;
const BACKOFF_MAX_MS = 30_000;
/** The longest wait while the customer has something to send. */
const BACKOFF_WAITING_MS = 5_000;
/** A socket that lived this long was a good one: the next back-off starts afresh. */
const STABLE_MS = 5_000;
/** Sockets in a row that did no good before REST takes over. */
const BLOCKED_AFTER = 2;
/** Rounds of polling before a WebSocket is tried again. */
const POLLS_PER_DIAL = 12;
/** When to look for the answer to what was just sent by REST. */
const SOON_MS = 1_000;
/** Refusals of this kind pass by themselves; so many in a row are a failure all the same. */
const PASSING_CODES = ["rate_limited", "unavailable", "internal"];
const MAX_PASSING = 5;
const PASSING_WAIT_MS = 5_000;

/**
 * Keeps the customer's side of one conversation in step with the server.
 *
 * Received: every event once and in order; a gap is noticed by `prev` and healed by reconnecting with the last `seq`.
 * Sent: one message at a time from the outbox, again with the same key until the server has acknowledged or refused it.
 */
export class Connection {
  /** How often to poll where a WebSocket cannot be opened, in milliseconds. */
  pollEvery = 4_000;

  private readonly ports: Ports;
  private readonly outbox: Outbox;
  private readonly listener: Listener;

  private state: LinkState = "idle";
  private position: Position | null = null;
  private wire: Wire | null = null;
  private welcomedAt: number | null = null;
  private inFlight: string | null = null;
  /** Failures in a row; sets the back-off. */
  private failures = 0;
  /** Sockets in a row that failed before they were of use. */
  private blocked = 0;
  private polls = 0;
  private refusals = 0;
  private attemptedAt = 0;
  private heartbeatMs = 20_000;
  /** Grows when what is under way loses its meaning; late answers compare it. */
  private era = 0;
  private readonly timers = new Map<"retry" | "welcome" | "ack" | "beat" | "pong" | "pump", ReturnType<typeof setTimeout>>();

  constructor(ports: Ports, outbox: Outbox, listener: Listener) {
    this.ports = ports;
    this.outbox = outbox;
    this.listener = listener;
  }

  get linkState(): LinkState {
    return this.state;
  }

  /** Begins, if it has not begun yet. */
  start(): void {
    if (this.state !== "idle") return;
    this.enter("connecting");
    void this.attempt();
  }

  /** Ends everything; `start` begins anew with a new session. */
  stop(): void {
    this.abandon();
    this.position = null;
    this.failures = this.blocked = 0;
    this.enter("idle");
  }

  /** Asks for a new session, because who the customer is has changed. */
  renew(): void {
    this.stop();
    this.start();
  }

  /** The network may be back, or the computer woke up: look at once. */
  nudge(): void {
    if (this.state === "idle" || this.state === "refused") return;
    if (this.welcomedAt !== null) {
      this.ping();
    } else if (this.timers.has("retry")) {
      this.failures = this.blocked = 0;
      void this.attempt();
    }
  }

  /** The browser says that there is no network. It may be wrong, so tries go on, but rarely. */
  networkLost(): void {
    if (this.state === "idle" || this.state === "refused") return;
    this.abandon();
    this.enter("offline");
    this.after("retry", BACKOFF_MAX_MS, () => void this.attempt());
  }

  /** The outbox has something new to send. */
  push(): void {
    const idle = this.state === "offline" && this.timers.has("retry") && Date.now() - this.attemptedAt >= BACKOFF_WAITING_MS;
    if (idle) void this.attempt();
    else this.pump();
  }

  /** Reports typing or reading; lost without harm when there is no connection. */
  report(report: Report): void {
    if (this.welcomedAt !== null) this.transmit(report);
    else if (this.state === "polling") this.ports.report(report).catch(() => undefined);
  }

  // ── Connecting ─────────────────────────────────────────────────────────────────────────────────────────────────

  private async attempt(): Promise<void> {
    this.abandon();
    this.attemptedAt = Date.now();
    const era = this.era;
    if (!this.position) {
      try {
        const position = await this.ports.prepare();
        if (era !== this.era) return;
        this.position = position;
      } catch (error) {
        if (era === this.era) this.failed(error);
        return;
      }
    }
    this.dial();
  }

  private dial(): void {
    const position = this.position;
    if (!position) return;
    let wire: Wire;
    try {
      wire = this.ports.open();
    } catch {
      this.lost(1006);
      return;
    }
    this.wire = wire;
    wire.onopen = () => this.transmit({ type: "hello", token: position.token, last_seq: position.seq });
    wire.onmessage = ({ data }) => {
      if (this.wire === wire) this.receive(data);
    };
    wire.onclose = ({ code }) => {
      if (this.wire === wire) this.lost(code);
    };
    this.after("welcome", WELCOME_MS, () => this.lost(1006));
  }

  /** The socket is gone or useless. */
  private lost(code: number): void {
    const lived = this.welcomedAt === null ? 0 : Date.now() - this.welcomedAt;
    this.abandon();
    if (code === 4403) {
      this.enter("refused");
      return;
    }
    if (code === 4401) this.position = null;
    if (lived >= STABLE_MS) this.failures = this.blocked = 0;
    else this.blocked++;
    if (code === 4429) this.failures = Math.max(this.failures, 4);
    if (this.position && this.blocked >= BLOCKED_AFTER) {
      void this.poll();
      return;
    }
    this.enter(this.failures === 0 ? "connecting" : "offline");
    this.again();
  }

  private failed(error: unknown): void {
    this.abandon();
    const api = error instanceof ApiError ? error : null;
    if (api?.status === 401) this.position = null;
    else if (api && !api.passing) {
      this.enter("refused");
      return;
    }
    this.enter("offline");
    this.again();
  }

  private again(): void {
    const longest = this.outbox.waiting ? BACKOFF_WAITING_MS : BACKOFF_MAX_MS;
    const ceiling = Math.min(longest, BACKOFF_BASE_MS * 2 ** this.failures++);
    this.after("retry", ceiling * (0.5 + Math.random() / 2), () => void this.attempt());
  }

  /** Lets go of everything under way, but not of the position. */
  private abandon(): void {
    this.era++;
    const wire = this.wire;
    this.wire = null;
    this.welcomedAt = null;
    this.inFlight = null;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    if (wire) {
      wire.onopen = wire.onmessage = wire.onclose = null;
      try {
        wire.close();
      } catch {
        // It was closed already.
      }
    }
  }

  // ── Receiving ──────────────────────────────────────────────────────────────────────────────────────────────────

  private receive(data: unknown): void {
    const frame = parse(data);
    if (!frame) return;
    this.clear("pong");
    switch (frame.type) {
      case "welcome":
        this.welcome(frame);
        break;
      case "event":
        this.incoming(frame.event, frame.prev);
        break;
      case "ack":
        this.settled(frame.client_key, () => this.outbox.acknowledge(frame.client_key));
        break;
      case "refused":
        this.refused(frame.client_key, frame.problem);
        break;
      case "typing":
        this.listener.typing(frame.who, frame.on);
        break;
      case "read":
        this.listener.agentRead(frame.seq);
        break;
      case "pong":
      case "error":
        break;
    }
  }

  private welcome(frame: Extract<ServerFrame, { type: "welcome" }>): void {
    this.clear("welcome");
    if (frame.conversation_id && this.belongsElsewhere(frame.conversation_id)) return;
    this.welcomedAt = Date.now();
    this.heartbeatMs = Math.max(5, frame.heartbeat_seconds) * 1000;
    this.listener.openNow(frame.open_now);
    this.enter("live");
    this.after("beat", this.heartbeatMs, () => this.ping());
    this.pump();
  }

  private incoming(event: Event, prev: number): void {
    const position = this.position;
    if (!position || this.belongsElsewhere(event.conversation_id)) return;
    if (event.seq <= position.seq) return;
    if (prev > position.seq) {
      // Something between was missed: come back with the last `seq` and receive it.
      this.lost(1006);
      return;
    }
    this.accept(position, event);
  }

  private accept(position: Position, event: Event): void {
    position.seq = event.seq;
    this.blocked = 0;
    const key = event.type === "message" ? event.message.client_key : undefined;
    this.listener.event(event);
    if (key !== undefined) this.settled(key, () => this.outbox.settle(key));
  }

  /** Whether `id` is another conversation than the known one (two contacts were found to be one): then begin anew. */
  private belongsElsewhere(id: string): boolean {
    const position = this.position;
    if (!position) return true;
    if (position.conversationId === id) return false;
    if (position.conversationId === null) {
      position.conversationId = id;
      return false;
    }
    this.renew();
    return true;
  }

  private ping(): void {
    if (this.timers.has("pong")) return;
    this.transmit({ type: "ping" });
    this.after("pong", PONG_MS, () => this.lost(1006));
    this.after("beat", this.heartbeatMs, () => this.ping());
  }

  // ── Sending ────────────────────────────────────────────────────────────────────────────────────────────────────

  private pump(): void {
    if (this.inFlight !== null || this.timers.has("pump")) return;
    const item = this.outbox.head();
    if (!item) return;
    if (this.welcomedAt !== null) {
      this.inFlight = item.client_key;
      this.transmit({ type: "message", client_key: item.client_key, content: item.content });
      this.after("ack", ACK_MS, () => this.lost(1006));
    } else if (this.state === "polling") {
      void this.pumpByRest();
    }
  }

  /** Sends what waits, one after the other. Returns when the outbox is empty; fails when the server is not reached. */
  private async pumpByRest(): Promise<void> {
    const era = this.era;
    try {
      await this.postAll(era);
      // An answer may follow soon.
      if (this.timers.has("retry")) this.after("retry", SOON_MS, () => void this.poll());
    } catch (error) {
      if (era === this.era) this.failed(error);
    }
  }

  private async postAll(era: number): Promise<void> {
    let item: Outgoing | undefined;
    while (era === this.era && this.inFlight === null && !this.timers.has("pump") && (item = this.outbox.head())) {
      const key = item.client_key;
      this.inFlight = key;
      try {
        await this.ports.post(key, item.content);
        if (era !== this.era) return;
        this.inFlight = null;
        this.refusals = 0;
        this.outbox.acknowledge(key);
        this.listener.outbox();
      } catch (error) {
        if (era !== this.era) return;
        this.inFlight = null;
        if (!(error instanceof ApiError) || error.status === 0 || error.status === 401) throw error;
        this.refused(key, error.problem);
      }
    }
  }

  private settled(clientKey: string, settle: () => void): void {
    settle();
    this.listener.outbox();
    if (this.inFlight === clientKey) {
      this.inFlight = null;
      this.refusals = 0;
      this.clear("ack");
      this.pump();
    }
  }

  private refused(clientKey: string, problem: Problem): void {
    if (this.inFlight === clientKey) {
      this.inFlight = null;
      this.clear("ack");
    }
    if (PASSING_CODES.includes(problem.code) && ++this.refusals < MAX_PASSING) {
      this.after("pump", PASSING_WAIT_MS * this.refusals, () => this.pump());
      return;
    }
    this.refusals = 0;
    this.outbox.refuse(clientKey, problem);
    this.listener.outbox();
    this.pump();
  }

  private transmit(frame: object): void {
    try {
      this.wire?.send(JSON.stringify(frame));
    } catch {
      this.lost(1006);
    }
  }

  // ── Polling ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** One round over REST: what is new, then what waits. */
  private async poll(): Promise<void> {
    const era = this.era;
    const position = this.position;
    if (!position) return;
    try {
      for (let after = position.seq, more = true; more; ) {
        const page = await this.ports.events(after);
        if (era !== this.era) return;
        for (const event of page.events) {
          if (this.belongsElsewhere(event.conversation_id)) return;
          if (event.seq > position.seq) this.accept(position, event);
        }
        more = page.more && page.reached > after;
        after = page.reached;
      }
      this.failures = 0;
      this.enter("polling");
      await this.postAll(era);
      if (era !== this.era) return;
    } catch (error) {
      if (era === this.era) this.failed(error);
      return;
    }
    this.blocked = BLOCKED_AFTER;
    const dial = ++this.polls % POLLS_PER_DIAL === 0;
    this.after("retry", this.pollEvery, () => (dial ? this.dial() : void this.poll()));
  }

  // ── Small things ───────────────────────────────────────────────────────────────────────────────────────────────

  private enter(state: LinkState): void {
    if (this.state === state) return;
    this.state = state;
    this.listener.state(state);
  }

  private after(name: Parameters<typeof this.timers.get>[0], ms: number, run: () => void): void {
    this.clear(name);
    this.timers.set(
      name,
      setTimeout(() => {
        this.timers.delete(name);
        run();
      }, ms),
    );
  }

  private clear(name: Parameters<typeof this.timers.get>[0]): void {
    clearTimeout(this.timers.get(name));
    this.timers.delete(name);
  }
}

/** A frame of a known kind, or `null`: what a newer server says in addition is not for this client. */
function parse(data: unknown): ServerFrame | null {
  if (typeof data !== "string") return null;
  try {
    const frame = JSON.parse(data) as ServerFrame | null;
    if (!frame || typeof frame !== "object") return null;
    if (frame.type === "event" && !(Number.isSafeInteger(frame.event?.seq) && Number.isSafeInteger(frame.prev))) return null;
    return frame;
  } catch {
    return null;
  }
}
