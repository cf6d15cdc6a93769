import { Api } from "./api";
import { ArticleFinder } from "./articles";
import { Consent } from "./consent";
import { Connection, type LinkState, type Wire } from "./connection";
import { Emitter } from "./emitter";
import { charCount, withoutControls } from "./format";
import { type Locale, texts, type Texts } from "./i18n";
import { Outbox } from "./queue";
import type { Shelf } from "./storage";
import { Timeline, type Row } from "./timeline";
import { ApiError, MAX_TEXT_CHARS, type Choice, type Event, type Identity, type Inbox, type SenderKind, type Status } from "./types";
import { Tracker } from "./tracker";
import { TypingReporter } from "./typing";
import { Uploads } from "./uploads";

const PAGE = 50;
const TYPING_SHOWN_MS = 8_000;
/** A short interruption is not worth a banner. */
const BANNER_AFTER_MS = 1_200;

export const HAND_OVER = "hand_over";

/** What the host page may listen to. */
export type ChatEvents = {
  /** Anything that is shown has changed. */
  change: undefined;
  open: undefined;
  close: undefined;
  message: { sender: SenderKind; text: string };
  unread: number;
  status: Status;
  /** A file could not be sent; the text is for the customer. */
  notice: string;
};

export interface ChatSettings {
  /** Where the server lives, with a slash at the end. */
  root: string;
  inboxKey: string;
  locale: Locale;
}

/** One customer's conversation with one inbox: everything that the widget shows, and everything that it can do. */
export class Chat {
  readonly events = new Emitter<ChatEvents>();
  readonly api: Api;
  readonly uploads: Uploads;
  readonly articles: ArticleFinder;
  readonly consent: Consent;
  locale: Locale;
  inbox: Inbox | null;
  unread = 0;
  /** Who is typing on the other side. */
  typist: "agent" | "bot" | null = null;
  /** The newest event that an agent has read. */
  agentReadSeq = 0;
  /** Whether history before what is loaded exists. */
  hasOlder = false;
  loadingOlder = false;
  open = false;
  /** Whether the customer has the newest message in view. */
  atNewest = true;
  link: LinkState = "idle";
  interrupted = false;

  private readonly shelf: Shelf;
  private readonly inboxKey: string;
  private readonly timeline = new Timeline();
  private readonly outbox: Outbox;
  private readonly connection: Connection;
  private readonly typing: TypingReporter;
  private readonly tracker: Tracker;
  private identity: Identity | undefined;
  private conversationId: string | null = null;
  private readSeq = 0;
  /** What comes before this is not loaded. */
  private olderThan = 0;
  private lastStatus: Status | null = null;
  private typistTimer: ReturnType<typeof setTimeout> | undefined;
  private bannerTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(settings: ChatSettings, shelf: Shelf) {
    this.locale = settings.locale;
    this.inboxKey = settings.inboxKey;
    this.shelf = shelf;
    this.api = new Api(settings.root);
    this.api.token = shelf.get("token");
    this.inbox = shelf.json<Inbox>("inbox");
    this.outbox = new Outbox(shelf);
    this.connection = new Connection(
      {
        prepare: () => this.prepare(),
        open: () => new WebSocket(this.api.socketAddress) as Wire,
        events: (seq) => this.api.eventsAfter(seq),
        post: (key, content) => this.api.post(key, content),
        report: (report) => this.api.report(report),
      },
      this.outbox,
      {
        state: (state) => this.linkChanged(state),
        event: (event) => this.happened(event),
        outbox: () => this.changed(),
        typing: (who, on) => this.showTyping(on ? who : null),
        agentRead: (seq) => {
          this.agentReadSeq = Math.max(this.agentReadSeq, seq);
          this.changed();
        },
        openNow: (open) => {
          if (this.inbox) this.inbox = { ...this.inbox, open_now: open };
          this.changed();
        },
      },
    );
    this.typing = new TypingReporter((on) => this.connection.report({ type: "typing", on }));
    this.uploads = new Uploads(this.api, {
      changed: () => this.changed(),
      done: (content) => this.enqueue(content),
      refused: (text) => this.events.emit("notice", text),
      texts: () => this.t,
    });
    this.articles = new ArticleFinder(
      (text) => this.api.help(text, this.locale),
      () => this.changed(),
    );
    this.consent = new Consent(this.api, shelf, {
      changed: () => this.changed(),
      allowed: ({ name, properties }) => void this.track(name, properties),
    });
    this.tracker = new Tracker(
      async (event) => {
        if ((await this.api.happened(event.name, event.properties)) === "no_consent") await this.consent.lacking(event);
      },
      () => this.link === "live" || this.link === "polling",
    );
    // Somebody who has written before may have an answer waiting; a new visitor costs the server nothing until the chat is opened.
    if (this.api.token !== null || this.outbox.waiting) this.connection.start();
  }

  get t(): Texts {
    return texts(this.locale);
  }

  get status(): Status | null {
    return this.timeline.status();
  }

  get rows(): Row[] {
    return this.timeline.rows(this.outbox.all, this.greeting());
  }

  /** Whether the assistant answers what the customer writes next. */
  get botInCharge(): boolean {
    const status = this.status;
    if (status === "bot") return true;
    return (status === null || status === "resolved") && (this.inbox?.bot ?? false);
  }

  /** Whether what the customer writes next begins a conversation. */
  get beginning(): boolean {
    const status = this.status;
    return (status === null || status === "resolved") && !this.outbox.waiting;
  }

  /** Whether the customer is asked if they may be written to first. */
  get consentWanted(): boolean {
    return this.consent.wanted(this.timeline.spokenTo());
  }

  /** A hand-over was asked for and has not reached the server. */
  get handOverAsked(): boolean {
    return this.outbox.all.some(
      (item) => item.state === "waiting" && item.content.type === "text" && item.content.choice?.id === HAND_OVER,
    );
  }

  /** The name of whoever wrote something. */
  nameOf(sender: SenderKind): string {
    if (sender === "customer") return this.t.you;
    if (sender === "agent") return this.t.agent;
    const persona = this.inbox?.persona;
    return (this.locale === "en" ? persona?.name_en : persona?.name_zh) || this.t.assistant;
  }

  // ── What the customer does ─────────────────────────────────────────────────────────────────────────────────────

  /** Sends a text, tapped or typed. Says whether there was something to send. */
  send(text: string, choice?: Choice): boolean {
    const clean = withoutControls(text).trim();
    if (clean === "" || charCount(clean) > MAX_TEXT_CHARS) return false;
    this.typing.stop();
    this.articles.clear();
    this.enqueue(choice ? { type: "text", text: clean, choice } : { type: "text", text: clean });
    return true;
  }

  handOver(): void {
    const label = this.t.handOver;
    this.send(label, { id: HAND_OVER, label });
  }

  retry(clientKey: string): void {
    this.outbox.retry(clientKey);
    this.connection.push();
    this.changed();
  }

  discard(clientKey: string): void {
    this.outbox.settle(clientKey);
    this.changed();
  }

  typed(text: string): void {
    if (text.trim() === "") this.typing.stop();
    else this.typing.typed();
    // Whoever is in a conversation wants an answer, not a reading list.
    if (this.beginning) this.articles.typed(text);
  }

  setOpen(open: boolean): void {
    if (this.open === open) return;
    this.open = open;
    this.connection.pollEvery = open ? 4_000 : 20_000;
    if (open) this.connection.start();
    else this.typing.stop();
    this.events.emit(open ? "open" : "close", undefined);
    this.seen();
    this.changed();
  }

  /** The customer scrolled, or came back to the page: what is in view counts as read. */
  seen(atNewest = this.atNewest): void {
    this.atNewest = atNewest;
    if (!this.open || !atNewest || document.visibilityState !== "visible") return;
    const newest = this.timeline.lastFromOthers()?.seq ?? 0;
    if (this.unread !== 0) {
      this.unread = 0;
      this.events.emit("unread", 0);
      this.changed();
    }
    if (newest > this.readSeq && (this.link === "live" || this.link === "polling")) {
      this.readSeq = newest;
      this.connection.report({ type: "read", seq: newest });
    }
  }

  async loadOlder(): Promise<void> {
    if (!this.hasOlder || this.loadingOlder) return;
    this.loadingOlder = true;
    this.changed();
    try {
      // Colleagues' notes fill pages of which the customer sees nothing.
      for (let found = 0; this.hasOlder && found === 0; ) {
        const page = await this.api.eventsBefore(this.olderThan, PAGE);
        this.timeline.add(page.events);
        this.hasOlder = page.more && page.reached < this.olderThan;
        this.olderThan = page.reached;
        found = page.events.length;
      }
    } catch {
      // The customer scrolls again when the network is back.
    }
    this.loadingOlder = false;
    this.changed();
  }

  setLocale(locale: Locale): void {
    this.locale = locale;
    this.shelf.set("locale", locale);
    this.changed();
  }

  // ── What the host page does ────────────────────────────────────────────────────────────────────────────────────

  identify(identity: Identity): void {
    this.identity = identity;
    this.connection.renew();
  }

  /** Tells the server of something that the customer did on the page. Says whether it can be told. */
  track(name: string, properties?: Record<string, unknown>): boolean {
    if (!this.tracker.track(name, properties)) return false;
    // What begins then has to arrive.
    this.connection.start();
    return true;
  }

  /** Forgets the customer on this device, as when they sign out. */
  reset(): void {
    this.connection.stop();
    this.identity = undefined;
    this.api.token = null;
    this.shelf.remove("token");
    this.outbox.clear();
    this.uploads.clear();
    this.articles.clear();
    this.tracker.clear();
    this.consent.forget();
    this.forget(null);
    if (this.unread !== 0) {
      this.unread = 0;
      this.events.emit("unread", 0);
    }
    if (this.open) this.connection.start();
    this.changed();
  }

  nudge(): void {
    this.connection.nudge();
    this.seen();
  }

  networkLost(): void {
    this.connection.networkLost();
    this.interrupted = this.link === "offline";
    this.changed();
  }

  // ── What happens ───────────────────────────────────────────────────────────────────────────────────────────────

  private async prepare() {
    const session = await this.askSession();
    this.api.token = session.token;
    this.shelf.set("token", session.token);
    this.inbox = session.inbox;
    this.shelf.set("inbox", JSON.stringify(session.inbox));
    if (session.conversation_id !== this.conversationId) this.forget(session.conversation_id);
    if (session.conversation_id !== null && this.timeline.last === 0) {
      const page = await this.api.eventsBefore(session.last_seq + 1, PAGE);
      this.timeline.add(page.events);
      this.hasOlder = page.more;
      this.olderThan = page.reached;
      for (const event of page.events) {
        if (event.type === "message" && event.message.client_key) this.outbox.settle(event.message.client_key);
      }
      this.unread = session.unread;
      this.events.emit("unread", this.unread);
      this.lastStatus = this.status;
    }
    if (this.timeline.spokenTo()) void this.consent.learn();
    this.seen();
    this.changed();
    return { token: session.token, conversationId: session.conversation_id, seq: this.timeline.last };
  }

  private async askSession() {
    const ask = () =>
      this.api.session({
        inbox_key: this.inboxKey,
        locale: this.locale,
        ...(this.api.token !== null ? { token: this.api.token } : {}),
        ...(this.identity ? { identity: this.identity } : {}),
      });
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ApiError) || error.passing) throw error;
      if (this.identity) {
        console.warn("[yingda] identify() was refused, the customer stays unnamed:", error.message);
        this.identity = undefined;
        return ask();
      }
      if (error.status !== 401 || this.api.token === null) throw error;
      // The token is from another time; the server gives a new one to whoever has none.
      this.api.token = null;
      this.shelf.remove("token");
      return ask();
    }
  }

  private forget(conversationId: string | null): void {
    this.conversationId = conversationId;
    this.timeline.clear();
    this.hasOlder = false;
    this.readSeq = this.agentReadSeq = 0;
    this.lastStatus = null;
    this.showTyping(null);
  }

  private happened(event: Event): void {
    this.conversationId = event.conversation_id;
    this.timeline.add([event]);
    if (event.type === "message" && event.message.sender !== "customer") {
      this.showTyping(null);
      if (this.timeline.spokenTo()) void this.consent.learn();
      this.unread++;
      this.seen();
      if (this.unread > 0) this.events.emit("unread", this.unread);
      const { sender, content } = event.message;
      this.events.emit("message", { sender, text: "text" in content ? content.text : "" });
    }
    // Who writes has read, on whichever device.
    if (event.type === "message" && event.message.sender === "customer" && this.unread !== 0) {
      this.unread = 0;
      this.events.emit("unread", 0);
    }
    const status = this.status;
    if (status !== null && status !== this.lastStatus) {
      this.lastStatus = status;
      this.events.emit("status", status);
    }
    this.changed();
  }

  private enqueue(content: Parameters<Outbox["add"]>[0]): void {
    this.outbox.add(content);
    this.atNewest = true;
    this.connection.start();
    this.connection.push();
    this.changed();
  }

  private linkChanged(state: LinkState): void {
    this.link = state;
    clearTimeout(this.bannerTimer);
    if (state === "live" || state === "polling" || state === "idle") {
      this.interrupted = false;
      this.seen();
      void this.tracker.flush();
    } else {
      this.bannerTimer = setTimeout(() => {
        this.interrupted = true;
        this.changed();
      }, BANNER_AFTER_MS);
      this.showTyping(null);
    }
    this.changed();
  }

  private showTyping(who: "agent" | "bot" | null): void {
    clearTimeout(this.typistTimer);
    this.typist = who;
    // "Stopped typing" may be lost on the way.
    if (who) this.typistTimer = setTimeout(() => this.showTyping(null), TYPING_SHOWN_MS);
    this.changed();
  }

  private greeting() {
    if (this.hasOlder || !this.inbox) return null;
    const text = this.locale === "en" ? this.inbox.greeting_en : this.inbox.greeting_zh;
    return text ? { text, sender: this.inbox.bot ? ("bot" as const) : ("agent" as const) } : null;
  }

  private changed(): void {
    this.events.emit("change", undefined);
  }
}
