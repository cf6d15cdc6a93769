import type { Outgoing } from "./queue";
import type { Content, Event, Message, SenderKind, Status } from "./types";

export type LineKind = "handed_over" | "assigned" | "returned_to_bot" | "resolved" | "reopened";
export type Delivery = "sending" | "sent" | "failed";

/** One row of the conversation as it is shown. `key` stays the same while a message goes from echo to stored. */
export type Row =
  | { kind: "day"; key: string; at: number }
  | { kind: "line"; key: string; line: LineKind }
  | MessageRow;

export interface MessageRow {
  kind: "message";
  key: string;
  sender: SenderKind;
  content: Content;
  at: number | null;
  /** First and last of a run of messages by one sender. */
  first: boolean;
  last: boolean;
  /** Set for the customer's own messages. */
  delivery?: Delivery;
  seq?: number;
  /** The outgoing message behind an echo. */
  outgoing?: Outgoing;
  /** For choices: the one that the customer tapped afterwards. */
  chosen?: string;
}

const RUN_MS = 5 * 60_000;

/** The public events of the conversation that this page has, in order. */
export class Timeline {
  private events: Event[] = [];

  get first(): number {
    return this.events[0]?.seq ?? 0;
  }

  get last(): number {
    return this.events.at(-1)?.seq ?? 0;
  }

  /** Adds events of any age; one that is there already is left alone. */
  add(events: readonly Event[]): void {
    const fresh = events.filter((event) => event.seq > this.last || !this.events.some((own) => own.seq === event.seq));
    if (fresh.length === 0) return;
    this.events = [...this.events, ...fresh].sort((a, b) => a.seq - b.seq);
  }

  clear(): void {
    this.events = [];
  }

  /** Where the conversation stands, as far as it can be told; `null` before it began. */
  status(): Status | null {
    for (let i = this.events.length - 1; i >= 0; i--) {
      const event = this.events[i]!;
      if (event.type === "status_changed") return event.to;
      if (event.type === "opened") return event.status;
      // On a page without a change of status, who wrote last tells: the assistant writes only while it is in charge.
      if (event.type === "message" && event.message.sender === "bot") return "bot";
      if (event.type === "message" && event.message.sender === "agent") return "waiting";
    }
    return null;
  }

  /** The newest message of the other side. */
  lastFromOthers(): Message | null {
    for (let i = this.events.length - 1; i >= 0; i--) {
      const event = this.events[i]!;
      if (event.type === "message" && event.message.sender !== "customer") return event.message;
    }
    return null;
  }

  /** Whether the other side has spoken first: the conversation begins with it, and the customer has not written since. */
  spokenTo(): boolean {
    let spoken = false;
    for (let i = this.events.length - 1; i >= 0; i--) {
      const event = this.events[i]!;
      if (event.type === "opened" || event.type === "reopened") return spoken;
      if (event.type !== "message") continue;
      if (event.message.sender !== "bot") return false;
      spoken = true;
    }
    return false;
  }

  /** What to show: `greeting` on top when given, then what happened, then what is on its way. */
  rows(outgoing: readonly Outgoing[], greeting: { text: string; sender: SenderKind } | null): Row[] {
    const rows: Row[] = [];
    if (greeting) {
      rows.push({
        kind: "message",
        key: "greeting",
        sender: greeting.sender,
        content: { type: "text", text: greeting.text },
        at: null,
        first: true,
        last: true,
      });
    }
    const stored = new Set<string>();
    for (const event of this.events) {
      if (event.type === "message") {
        const { message } = event;
        if (message.client_key) stored.add(message.client_key);
        const own = message.sender === "customer";
        if (own) markChosen(rows, message.content);
        push(rows, {
          kind: "message",
          key: (own && message.client_key) || message.id,
          sender: message.sender,
          content: message.content,
          at: Date.parse(event.at),
          first: true,
          last: true,
          seq: event.seq,
          ...(own ? { delivery: "sent" as const } : {}),
        });
      } else if (isLine(event)) {
        rows.push({ kind: "line", key: `e${event.seq}`, line: event.type });
      }
    }
    for (const item of outgoing) {
      if (stored.has(item.client_key)) continue;
      push(rows, {
        kind: "message",
        key: item.client_key,
        sender: "customer",
        content: item.content,
        at: item.at,
        first: true,
        last: true,
        delivery: item.state === "waiting" ? "sending" : item.state,
        outgoing: item,
      });
    }
    return rows;
  }
}

function isLine(event: Event): event is Event & { type: LineKind } {
  if (event.type === "assigned") return event.user_id !== null;
  return ["handed_over", "returned_to_bot", "resolved", "reopened"].includes(event.type);
}

/** Adds a message, with a new day before it where one begins, and joined to the run that it goes on. */
function push(rows: Row[], row: MessageRow): void {
  const before = rows.findLast((other): other is MessageRow => other.kind === "message" && other.at !== null);
  if (row.at !== null && (!before || !sameDay(before.at ?? 0, row.at))) {
    rows.push({ kind: "day", key: `d${row.key}`, at: row.at });
  }
  const neighbour = rows.at(-1);
  if (
    neighbour?.kind === "message" &&
    neighbour.sender === row.sender &&
    (row.at ?? 0) - (neighbour.at ?? 0) < RUN_MS
  ) {
    neighbour.last = false;
    row.first = false;
  }
  rows.push(row);
}

function markChosen(rows: Row[], content: Content): void {
  const choice = content.type === "text" ? content.choice : undefined;
  if (!choice) return;
  const offer = rows.findLast(
    (row): row is MessageRow =>
      row.kind === "message" &&
      row.content.type === "choices" &&
      row.content.options.some((option) => option.id === choice.id),
  );
  if (offer) offer.chosen = choice.id;
}

function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}
