/** What the customer did on the page, for flows that begin by themselves. */
export interface PageEvent {
  name: string;
  properties: Record<string, unknown>;
}

/** What the script tag may ask for in `data-track`. */
export const TRACKABLE = ["page", "dwell"] as const;
export type Trackable = (typeof TRACKABLE)[number];

/** Events that wait for a connection at most; older ones say nothing any more. */
const MOST_WAITING = 20;
const MAX_NAME_CHARS = 64;
const MAX_PROPERTIES_CHARS = 8_000;
/** Seconds on a page after which the dwell events come. */
const DWELL_S = [30, 120] as const;

/** Tells the server of events, in order, once there is a customer to tell of. What cannot be told is not missed. */
export class Tracker {
  private waiting: PageEvent[] = [];
  private sending = false;

  constructor(
    private readonly send: (event: PageEvent) => Promise<void>,
    private readonly ready: () => boolean,
  ) {}

  /** Says whether it is an event that can be told. */
  track(name: string, properties: Record<string, unknown> = {}): boolean {
    if (typeof name !== "string" || !/^[a-z][a-z0-9_]*$/.test(name) || name.length > MAX_NAME_CHARS) return false;
    let kept: Record<string, unknown>;
    try {
      // A copy, since the page may go on changing its own.
      const text = JSON.stringify(properties) ?? "";
      const copy: unknown = JSON.parse(text);
      if (text.length > MAX_PROPERTIES_CHARS || typeof copy !== "object" || copy === null || Array.isArray(copy)) return false;
      kept = copy as Record<string, unknown>;
    } catch {
      return false;
    }
    this.waiting.push({ name, properties: kept });
    this.waiting = this.waiting.slice(-MOST_WAITING);
    void this.flush();
    return true;
  }

  async flush(): Promise<void> {
    if (this.sending || !this.ready()) return;
    this.sending = true;
    for (let event = this.waiting.shift(); event; event = this.waiting.shift()) {
      try {
        await this.send(event);
      } catch {
        // A flow that comes minutes late would puzzle the customer.
      }
    }
    this.sending = false;
  }

  clear(): void {
    this.waiting = [];
  }
}

/** Tells of the page, also where the site changes it without loading, and of how long the customer looks at it. */
export function watchPage(wanted: readonly Trackable[], tell: (name: string, properties: Record<string, unknown>) => void): () => void {
  let path = "";
  let seconds = 0;
  const about = () => ({ path: location.pathname, title: document.title.slice(0, 200) });
  const look = () => {
    if (location.pathname !== path) {
      path = location.pathname;
      seconds = 0;
      if (wanted.includes("page")) tell("page", about());
    }
    if (document.visibilityState !== "visible") return;
    seconds += 1;
    if (wanted.includes("dwell") && (DWELL_S as readonly number[]).includes(seconds)) tell("dwell", { ...about(), seconds });
  };
  look();
  const timer = setInterval(look, 1000);
  return () => clearInterval(timer);
}
