import type { Shelf } from "./storage";
import type { PageEvent } from "./tracker";

export type ConsentAnswer = "yes" | "no" | "unknown";

/** The words that a customer was shown and answered: kept as evidence. */
export interface ConsentWording {
  text: string;
  /** Language and number of the form, such as `en 1`. */
  version: string;
}

/** Counts the forms of the question and of the menu's words: add one when their meaning changes. */
const FORM = 1;

/** The words as they are shown in a language. */
export function shown(locale: string, ...texts: string[]): ConsentWording {
  return { text: texts.join("\n"), version: `${locale} ${FORM}` };
}

/** Days for which "not now" is taken for an answer. */
const LATER_DAYS = 7;
const DAY_MS = 24 * 60 * 60 * 1000;

/** How the server is asked, and told. Both fail with [`ApiError`]. */
export interface ConsentDesk {
  consent(): Promise<ConsentAnswer>;
  say(answer: ConsentAnswer, wording: ConsentWording): Promise<ConsentAnswer>;
}

/** Whether the customer may be written to without having asked: what they said, and when to ask them. */
export class Consent {
  /** What they said; `null` while the server was not asked. */
  answer: ConsentAnswer | null = null;
  /** What they did when a message was kept back for lack of it. */
  private keptBack: PageEvent | null = null;
  private reading = false;
  private saying = false;

  constructor(
    private readonly desk: ConsentDesk,
    private readonly shelf: Shelf,
    private readonly hear: { changed: () => void; allowed: (event: PageEvent) => void },
    private readonly now: () => number = Date.now,
  ) {}

  /** Whether the customer is to be asked, since a message came unasked (`spokenTo`) or was kept back. */
  wanted(spokenTo: boolean): boolean {
    return this.answer === "unknown" && !this.saying && (spokenTo || this.keptBack !== null) && !this.isLater();
  }

  /** Learns what the customer said before. Costs the server nothing once it is known. */
  async learn(): Promise<void> {
    if (this.answer !== null || this.reading) return;
    this.reading = true;
    try {
      this.answer = await this.desk.consent();
      this.hear.changed();
    } catch {
      // It is asked again with the next occasion.
    }
    this.reading = false;
  }

  /** A message was not written, since the customer has not agreed. */
  async lacking(event: PageEvent): Promise<void> {
    this.keptBack = event;
    await this.learn();
    this.hear.changed();
  }

  /** Says it to the server, with the words that were answered. What was kept back comes now. */
  async say(answer: ConsentAnswer, wording: ConsentWording): Promise<void> {
    const before = this.answer;
    this.saying = true;
    this.answer = answer;
    this.hear.changed();
    try {
      this.answer = await this.desk.say(answer, wording);
      const event = this.keptBack;
      this.keptBack = null;
      if (this.answer === "yes" && event) this.hear.allowed(event);
    } catch {
      // Nothing was noted: the question stays.
      this.answer = before;
    }
    this.saying = false;
    this.hear.changed();
  }

  /** Not now: asked again in a week. */
  later(): void {
    this.keptBack = null;
    this.shelf.set("consent_later", String(this.now() + LATER_DAYS * DAY_MS));
    this.hear.changed();
  }

  forget(): void {
    this.answer = null;
    this.keptBack = null;
    this.shelf.remove("consent_later");
  }

  private isLater(): boolean {
    return Number(this.shelf.get("consent_later") ?? 0) > this.now();
  }
}
