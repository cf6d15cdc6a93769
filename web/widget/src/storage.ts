/**
 * Text kept in the browser for one inbox. Falls back to memory where the browser refuses
 * (private windows, blocked cookies, full disk), so that everything but survival of a reload goes on.
 */
export class Shelf {
  private readonly memory = new Map<string, string>();
  private readonly store: Storage | undefined;
  private readonly prefix: string;

  constructor(store: Storage | undefined, inboxKey: string) {
    this.store = store;
    this.prefix = `yingda:${inboxKey}:`;
  }

  get(name: string): string | null {
    try {
      const kept = this.store?.getItem(this.prefix + name);
      if (kept !== undefined && kept !== null) return kept;
    } catch {
      // Refused: the copy in memory answers.
    }
    return this.memory.get(name) ?? null;
  }

  set(name: string, value: string): void {
    this.memory.set(name, value);
    try {
      this.store?.setItem(this.prefix + name, value);
    } catch {
      // Refused: the copy in memory is all there is.
    }
  }

  remove(name: string): void {
    this.memory.delete(name);
    try {
      this.store?.removeItem(this.prefix + name);
    } catch {
      // Refused: nothing was stored either.
    }
  }

  /** Names that begin with `start`, in no particular order. */
  names(start: string): string[] {
    const found = new Set([...this.memory.keys()].filter((name) => name.startsWith(start)));
    const full = this.prefix + start;
    try {
      for (let i = 0; i < (this.store?.length ?? 0); i++) {
        const key = this.store?.key(i);
        if (key?.startsWith(full)) found.add(key.slice(this.prefix.length));
      }
    } catch {
      // Refused: the names in memory are all there is.
    }
    return [...found];
  }

  /** The parsed JSON stored under `name`; `null` when there is none or it is damaged. */
  json<T>(name: string): T | null {
    const text = this.get(name);
    if (text === null) return null;
    try {
      return JSON.parse(text) as T;
    } catch {
      return null;
    }
  }
}

/** The browser's own store, or `undefined` where even touching it throws. */
export function browserStore(kind: "localStorage" | "sessionStorage"): Storage | undefined {
  try {
    return globalThis[kind];
  } catch {
    return undefined;
  }
}
