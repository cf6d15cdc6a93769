import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { shown } from "../consent";
import { botIcon, downIcon, personIcon } from "./icons";
import { rowView, uploadView } from "./message";
import { define, View } from "./view";

/** So near to the end, in pixels, still counts as reading the newest. */
const NEAR_END = 60;
const NEAR_START = 80;

/** The conversation. Stays at the newest message while the customer is there, and where they are while they are not. */
export class Messages extends View {
  static override properties = { unseen: { state: true } };
  declare unseen: boolean;
  private firstKey = "";
  private lastKey = "";
  private heightBefore = 0;
  private topBefore = 0;
  private resizes: ResizeObserver | undefined;

  constructor() {
    super();
    this.unseen = false;
  }

  override render() {
    const { chat } = this;
    const { t, rows } = chat;
    return html`<div class="scroller" data-testid="log" role="log" aria-live="polite" aria-relevant="additions" aria-label=${t.log} aria-busy=${chat.loadingOlder} tabindex="0" @scroll=${this.scrolled}>
        <div class="rows">
          ${
            chat.hasOlder
              ? html`<div class="line"><button type="button" class="inline" data-testid="older" ?disabled=${chat.loadingOlder} @click=${() => void chat.loadOlder()}>${chat.loadingOlder ? t.loading : t.older}</button></div>`
              : chat.inbox?.bot
                ? html`<div class="line note"><span>${t.robotNote}</span></div>`
                : nothing
          }
          ${repeat(
            rows,
            (row) => row.key,
            (row) => rowView(chat, row),
          )}
          ${repeat(
            chat.uploads.all,
            (upload) => upload.id,
            (upload) => uploadView(chat, upload),
          )}
          ${chat.typist ? this.typing(chat.typist) : nothing}
          ${chat.consentWanted ? this.consent() : nothing}
        </div>
      </div>
      ${
        this.unseen || !chat.atNewest
          ? html`<button type="button" class="to-newest ${this.unseen ? "unseen" : ""}" data-testid="to-newest" aria-label=${t.toNewest} @click=${this.toNewest}>${this.unseen ? html`<span>${t.newMessages}</span>` : nothing}${downIcon}</button>`
          : nothing
      }`;
  }

  private typing(who: "agent" | "bot") {
    return html`<div class="msg theirs last" data-testid="typing">
      <div class="avatar ${who}" aria-hidden="true">${who === "bot" ? botIcon : personIcon}</div>
      <div class="bubble dots"><span class="sr">${this.chat.t.typing}</span><i></i><i></i><i></i></div>
    </div>`;
  }

  /** May the customer be written to first? Whoever does not care scrolls on. */
  private consent() {
    const { consent, locale, t } = this.chat;
    const asked = shown(locale, t.consentAsk, t.consentHint);
    return html`<div class="consent" role="group" aria-labelledby="yd-consent" data-testid="consent">
      <p id="yd-consent">${t.consentAsk}</p>
      <p class="hint">${t.consentHint}</p>
      <div class="answers">
        <button type="button" class="yes" data-testid="consent-yes" @click=${() => void consent.say("yes", asked)}>${t.consentYes}</button>
        <button type="button" data-testid="consent-later" @click=${() => consent.later()}>${t.consentLater}</button>
        <button type="button" data-testid="consent-never" @click=${() => void consent.say("no", asked)}>${t.consentNever}</button>
      </div>
    </div>`;
  }

  protected override willUpdate(): void {
    this.heightBefore = this.scroller?.scrollHeight ?? 0;
  }

  protected override firstUpdated(): void {
    const rows = this.querySelector(".rows");
    this.resizes = new ResizeObserver(() => {
      // Pictures that arrive late, larger type or a shorter window must not push the newest message out of view.
      if (this.chat.atNewest) this.toEnd();
    });
    if (rows && this.scroller) {
      this.resizes.observe(rows);
      this.resizes.observe(this.scroller);
    }
  }

  protected override updated(): void {
    const { scroller } = this;
    const { rows } = this.chat;
    if (!scroller) return;
    const first = rows.find((row) => row.kind === "message")?.key ?? "";
    const last = rows.at(-1)?.key ?? "";
    if (this.chat.atNewest) this.toEnd();
    else if (first !== this.firstKey && last === this.lastKey) this.jumpTo(scroller.scrollTop + scroller.scrollHeight - this.heightBefore);
    else if (last !== this.lastKey) this.unseen = true;
    this.firstKey = first;
    this.lastKey = last;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizes?.disconnect();
  }

  private get scroller(): HTMLElement | null {
    return this.querySelector(".scroller");
  }

  private toEnd(): void {
    this.jumpTo(this.scroller?.scrollHeight ?? 0);
    this.unseen = false;
  }

  private jumpTo(top: number): void {
    const { scroller } = this;
    if (!scroller) return;
    scroller.scrollTop = top;
    this.topBefore = scroller.scrollTop;
  }

  private scrolled = (): void => {
    const { scroller } = this;
    // A closed panel has no height and says nothing about what was read.
    if (!scroller || scroller.clientHeight === 0) return;
    const near = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END;
    // Only the customer moves the conversation up; that it grew below does not mean that they left the newest message.
    const atNewest = near || (this.chat.atNewest && scroller.scrollTop >= this.topBefore);
    this.topBefore = scroller.scrollTop;
    if (atNewest) this.unseen = false;
    if (atNewest !== this.chat.atNewest) {
      this.chat.seen(atNewest);
      this.requestUpdate();
    }
    if (scroller.scrollTop < NEAR_START && !atNewest) void this.chat.loadOlder();
  };

  private toNewest = (): void => {
    this.chat.seen(true);
    this.toEnd();
  };
}

define("yingda-messages", Messages);
