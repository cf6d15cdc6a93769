import { Connection, type LinkState, type Listener, type Ports, type Wire } from "../src/connection";
import { Outbox } from "../src/queue";
import { Shelf } from "../src/storage";
import { ApiError, type Content, type Event, type EventPage, type SenderKind } from "../src/types";

/** The browser's store, in memory. */
export class FakeStore implements Storage {
  private readonly map = new Map<string, string>();
  get length(): number {
    return this.map.size;
  }
  clear(): void {
    this.map.clear();
  }
  getItem(key: string): string | null {
    return this.map.get(key) ?? null;
  }
  key(at: number): string | null {
    return [...this.map.keys()][at] ?? null;
  }
  removeItem(key: string): void {
    this.map.delete(key);
  }
  setItem(key: string, value: string): void {
    this.map.set(key, value);
  }
}

interface Frame {
  type: string;
  client_key?: string;
  content?: { text?: string };
  [field: string]: unknown;
}

/** One WebSocket, seen from the server. */
export class FakeWire implements Wire {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: ((close: { code: number }) => void) | null = null;
  closed = false;
  readonly received: Frame[] = [];

  send(text: string): void {
    this.received.push(JSON.parse(text) as Frame);
  }
  close(): void {
    this.closed = true;
  }
  /** The server says something. */
  say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  drop(code = 1006): void {
    this.onclose?.({ code });
  }
  /** Opens, and lets the client in. */
  welcome(lastSeq = 0, conversationId: string | null = "c1"): void {
    this.onopen?.();
    this.say({ type: "welcome", conversation_id: conversationId, last_seq: lastSeq, heartbeat_seconds: 20, open_now: true });
  }
  ack(key: string, seq: number, duplicate = false): void {
    this.say({ type: "ack", client_key: key, message_id: `m-${key}`, conversation_id: "c1", seq, duplicate });
  }
  get texts(): unknown[] {
    return this.received.filter((frame) => frame.type === "message").map((frame) => frame.content?.text);
  }
  get keys(): unknown[] {
    return this.received.filter((frame) => frame.type === "message").map((frame) => frame.client_key);
  }
  get hello(): Frame | undefined {
    return this.received.find((frame) => frame.type === "hello");
  }
}

export function message(seq: number, sender: SenderKind = "agent", clientKey?: string): Event {
  return {
    conversation_id: "c1",
    seq,
    at: "2026-01-05T08:00:00Z",
    type: "message",
    message: {
      id: `m${seq}`,
      seq,
      sender,
      content: { type: "text", text: `text ${seq}` },
      created_at: "2026-01-05T08:00:00Z",
      ...(clientKey ? { client_key: clientKey } : {}),
    },
  };
}

export function text(words: string): Content {
  return { type: "text", text: words };
}

export const unreachable = () => new ApiError(0, { code: "unreachable" });

/** A customer's side with a server that the test plays. */
export class Visit {
  readonly wires: FakeWire[] = [];
  readonly seen: number[] = [];
  readonly states: LinkState[] = [];
  readonly posted: string[] = [];
  readonly outbox: Outbox;
  readonly connection: Connection;
  prepares = 0;
  /** What REST answers. */
  events: (seq: number) => Promise<EventPage> = () => Promise.reject(unreachable());
  post: Ports["post"] = () => Promise.reject(unreachable());
  prepare: Ports["prepare"] = async () => ({ token: `t${this.prepares}`, conversationId: "c1", seq: 0 });

  constructor(store: Storage = new FakeStore(), prefix = "k") {
    let keys = 0;
    this.outbox = new Outbox(new Shelf(store, "shop"), () => `${prefix}${++keys}`);
    const listener: Listener = {
      state: (state) => this.states.push(state),
      event: (event) => this.seen.push(event.seq),
      outbox: () => undefined,
      typing: () => undefined,
      agentRead: () => undefined,
      openNow: () => undefined,
    };
    this.connection = new Connection(
      {
        prepare: () => {
          this.prepares++;
          return this.prepare();
        },
        open: () => {
          const wire = new FakeWire();
          this.wires.push(wire);
          return wire;
        },
        events: (seq) => this.events(seq),
        post: (key, content) => {
          this.posted.push(key);
          return this.post(key, content);
        },
        report: async () => undefined,
      },
      this.outbox,
      listener,
    );
  }

  get wire(): FakeWire {
    const wire = this.wires.at(-1);
    if (!wire) throw new Error("no socket was opened");
    return wire;
  }

  write(words: string): void {
    this.outbox.add(text(words));
    this.connection.push();
  }

  get left(): string[] {
    return this.outbox.all.map((item) => `${item.client_key} ${item.state}`);
  }
}
