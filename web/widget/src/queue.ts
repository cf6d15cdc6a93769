import type { Content, Problem } from "./types";
import type { Shelf } from "./storage";

/** A message of the customer that the server has not stored yet, or not yet shown back. */
export interface Outgoing {
  readonly client_key: string;
  readonly content: Content;
  /** When it was written, in milliseconds since 1970. */
  readonly at: number;
  /** Position among messages of the same millisecond. */
  readonly n: number;
  /** `waiting` until acknowledged; `sent` until its event arrives; `failed` until the customer decides. */
  state: "waiting" | "sent" | "failed";
  problem?: Problem;
}

const NAME = "out:";
/** A message older than this is not sent on its own any more: the customer is asked first. */
const STALE_MS = 24 * 3600_000;

/**
 * Messages on their way, oldest first. Each lives under its own name in the browser's store, so that tabs of one site
 * do not overwrite each other's; two tabs that send the same message use the same key, and the server stores it once.
 */
export class Outbox {
  private items: Outgoing[] = [];
  private count = 0;
  private readonly shelf: Shelf;
  private readonly newKey: () => string;

  constructor(shelf: Shelf, newKey: () => string = randomKey) {
    this.shelf = shelf;
    this.newKey = newKey;
    for (const name of shelf.names(NAME)) {
      const item = shelf.json<Outgoing>(name);
      if (!isOutgoing(item)) shelf.remove(name);
      else if (item.state === "waiting" && Date.now() - item.at > STALE_MS) {
        this.items.push({ ...item, state: "failed", problem: { code: "stale" } });
      } else this.items.push(item);
    }
    this.items.sort((a, b) => a.at - b.at || a.n - b.n);
    this.count = Math.max(0, ...this.items.map((item) => item.n + 1));
  }

  /** All that is to be shown behind the stored messages, oldest first. */
  get all(): readonly Outgoing[] {
    return this.items;
  }

  /** The message to send next. Only when it is settled may the one after it be sent: that keeps the order. */
  head(): Outgoing | undefined {
    return this.items.find((item) => item.state === "waiting");
  }

  get waiting(): boolean {
    return this.head() !== undefined;
  }

  add(content: Content): Outgoing {
    const item = this.fresh(this.newKey(), content);
    this.items.push(item);
    this.keep(item);
    return item;
  }

  /** The server has stored the message. It stays visible until its event arrives. */
  acknowledge(clientKey: string): void {
    const item = this.find(clientKey);
    if (!item) return;
    item.state = "sent";
    delete item.problem;
    this.shelf.remove(NAME + clientKey);
  }

  /** The message came back as an event: nothing is left to do. */
  settle(clientKey: string): void {
    this.items = this.items.filter((item) => item.client_key !== clientKey);
    this.shelf.remove(NAME + clientKey);
  }

  refuse(clientKey: string, problem: Problem): void {
    const item = this.find(clientKey);
    if (!item || item.state === "sent") return;
    item.state = "failed";
    item.problem = problem;
    this.keep(item);
  }

  /** Sends a failed message again, now behind all others. The key stays, so that it cannot be stored twice. */
  retry(clientKey: string): void {
    const failed = this.find(clientKey);
    if (failed?.state !== "failed") return;
    const item = this.fresh(clientKey, failed.content);
    this.items = [...this.items.filter((other) => other !== failed), item];
    this.keep(item);
  }

  clear(): void {
    for (const item of this.items) this.shelf.remove(NAME + item.client_key);
    this.items = [];
  }

  private fresh(clientKey: string, content: Content): Outgoing {
    // A clock that was set back must not put a new message before an old one.
    const at = Math.max(Date.now(), ...this.items.map((item) => item.at));
    return { client_key: clientKey, content, at, n: this.count++, state: "waiting" };
  }

  private find(clientKey: string): Outgoing | undefined {
    return this.items.find((item) => item.client_key === clientKey);
  }

  private keep(item: Outgoing): void {
    this.shelf.set(NAME + item.client_key, JSON.stringify(item));
  }
}

function isOutgoing(item: Outgoing | null): item is Outgoing {
  return (
    typeof item?.client_key === "string" &&
    typeof item.content?.type === "string" &&
    typeof item.at === "number" &&
    typeof item.n === "number" &&
    (item.state === "waiting" || item.state === "failed")
  );
}

function randomKey(): string {
  // crypto.randomUUID exists on secure pages only; shops on plain http exist too.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
