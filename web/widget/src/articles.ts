import { charCount } from "./format";
import type { Suggestion } from "./types";

/** While the customer goes on typing, nothing is looked for. */
const PAUSE_MS = 400;
/** Fewer characters say nothing yet. */
const LEAST_CHARS = 2;
/** Most characters that the server takes. */
const MOST_CHARS = 200;
const SHOWN = 3;

/** Looks for articles of the help centre that answer what the customer is about to ask. */
export class ArticleFinder {
  found: readonly Suggestion[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked = "";
  private dismissed = false;
  private readonly search: (text: string) => Promise<Suggestion[]>;
  private readonly changed: () => void;

  /** `search` asks the server; `changed` is called when there is something else to show. */
  constructor(search: (text: string) => Promise<Suggestion[]>, changed: () => void) {
    this.search = search;
    this.changed = changed;
  }

  typed(text: string): void {
    const words = text.trim();
    clearTimeout(this.timer);
    if (charCount(words) < LEAST_CHARS) {
      this.clear();
      return;
    }
    if (this.dismissed || words === this.asked) return;
    this.timer = setTimeout(() => void this.look([...words].slice(0, MOST_CHARS).join("")), PAUSE_MS);
  }

  /** The customer does not want any. */
  dismiss(): void {
    this.clear();
    this.dismissed = true;
  }

  /** What was found is no longer of use: the message is sent. */
  clear(): void {
    clearTimeout(this.timer);
    this.asked = "";
    this.show([]);
  }

  private async look(words: string): Promise<void> {
    this.asked = words;
    let found: readonly Suggestion[];
    try {
      found = await this.search(words);
    } catch {
      // A help that does not come is not missed; the next words ask again.
      if (this.asked === words) this.clear();
      return;
    }
    // An answer that comes late belongs to an older question.
    if (this.asked === words) this.show(found.slice(0, SHOWN));
  }

  private show(found: readonly Suggestion[]): void {
    if (found.length === 0 && this.found.length === 0) return;
    this.found = found;
    this.changed();
  }
}
