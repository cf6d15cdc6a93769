import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { charCount, withoutControls } from "../format";
import type { Shelf } from "../storage";
import { IMAGE_TYPES, MAX_TEXT_CHARS } from "../types";
import { safeAddress } from "../links";
import { alertIcon, clipIcon, closeIcon, openIcon, personIcon, pictureIcon, sendIcon } from "./icons";
import { define, View } from "./view";

/** From so many characters below the limit on, the rest is counted. */
const HINT_BELOW = 500;
const NOTICE_MS = 8_000;

/** Where the customer writes. What they have begun survives a change of page. */
export class Composer extends View {
  static override properties = { visit: { attribute: false }, text: { state: true }, notice: { state: true } };
  declare visit: Shelf;
  declare text: string;
  declare notice: string;
  private suggested = "";
  private noticeTimer: ReturnType<typeof setTimeout> | undefined;
  private unlisten: (() => void) | undefined;

  constructor() {
    super();
    this.text = "";
    this.notice = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.text = this.visit.get("draft") ?? "";
    this.unlisten = this.chat.events.on("notice", (text) => {
      this.notice = text;
      clearTimeout(this.noticeTimer);
      this.noticeTimer = setTimeout(() => (this.notice = ""), NOTICE_MS);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unlisten?.();
    clearTimeout(this.noticeTimer);
  }

  /** Puts a text into the field, where it does not take away what the customer has begun. */
  suggest(text: string): void {
    if (this.text.trim() !== "" && this.text !== this.suggested) return;
    this.suggested = withoutControls(text);
    this.setText(this.suggested);
  }

  override focus(): void {
    this.field?.focus();
  }

  override render() {
    const { chat } = this;
    const { t } = chat;
    const left = MAX_TEXT_CHARS - charCount(this.text);
    const ready = this.text.trim() !== "" && left >= 0;
    return html`<div class="composer">
      ${
        chat.botInCharge
          ? html`<div class="quick"><button type="button" class="pill" data-testid="hand-over" title=${t.handOverHint} ?disabled=${chat.handOverAsked} @click=${() => chat.handOver()}>${personIcon}<span>${t.handOver}</span></button></div>`
          : nothing
      }
      ${this.articles()}
      ${this.notice ? html`<div class="notice" role="alert" data-testid="notice">${alertIcon}<span>${this.notice}</span></div>` : nothing}
      <div class="field">
        <textarea id="yd-field" data-testid="input" rows="1" dir="auto" enterkeyhint="send" autocomplete="off" aria-label=${t.composer} aria-describedby="yd-left" aria-invalid=${left < 0} placeholder=${t.placeholder} .value=${live(this.text)} @input=${this.typed} @keydown=${this.keys} @paste=${this.pasted}></textarea>
        <div class="tools">
          <button type="button" class="tool" data-testid="upload-picture-button" aria-label=${t.picture} title=${t.picture} @click=${() => this.choose("picture")}>${pictureIcon}</button>
          <button type="button" class="tool" data-testid="upload-button" aria-label=${t.file} title=${t.file} @click=${() => this.choose("file")}>${clipIcon}</button>
          <input type="file" hidden multiple data-testid="upload-picture" data-kind="picture" accept=${IMAGE_TYPES.join(",")} aria-label=${t.picture} @change=${this.chosen} />
          <input type="file" hidden multiple data-testid="upload" data-kind="file" aria-label=${t.file} @change=${this.chosen} />
          <span id="yd-left" class="left ${left < 0 ? "over" : ""}" data-testid="chars-left" role="status">${left < HINT_BELOW ? t.charsLeft(left) : nothing}</span>
          <button type="button" class="send" data-testid="send" aria-label=${t.send} title=${t.send} ?disabled=${!ready} @click=${this.send}>${sendIcon}</button>
        </div>
      </div>
    </div>`;
  }

  protected override updated(): void {
    const { field } = this;
    if (!field || CSS.supports("field-sizing", "content")) return;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  }

  /** Before anybody is asked: what the help centre says. */
  private articles() {
    const { chat } = this;
    const { t, articles } = chat;
    const found = articles.found.filter((article) => safeAddress(article.url));
    if (found.length === 0) return nothing;
    return html`<section class="articles" data-testid="articles" role="status" aria-label=${t.articles}>
      <div class="articles-head"><span>${t.articles}</span><button type="button" class="tool" data-testid="hide-articles" aria-label=${t.hideArticles} title=${t.hideArticles} @click=${this.hideArticles}>${closeIcon}</button></div>
      <ul>
        ${found.map(
          (article) =>
            html`<li><a href=${safeAddress(article.url)!} target="_blank" rel="noopener" lang=${article.lang} title=${article.snippet}><b>${article.title}</b><span>${article.snippet}</span><span class="sr">${t.newWindow}</span>${openIcon}</a></li>`,
        )}
      </ul>
    </section>`;
  }

  private hideArticles = (): void => {
    this.chat.articles.dismiss();
    this.focus();
  };

  private get field(): HTMLTextAreaElement | null {
    return this.querySelector("textarea");
  }

  private setText(text: string): void {
    this.text = text;
    this.visit.set("draft", text);
  }

  private send = (): void => {
    if (!this.chat.send(this.text)) return;
    this.setText("");
    this.focus();
  };

  private typed = (event: InputEvent): void => {
    this.setText((event.target as HTMLTextAreaElement).value);
    this.chat.typed(this.text);
  };

  private keys = (event: KeyboardEvent): void => {
    // While an input method is open, Enter takes its suggestion. Safari closes it first and tells by the key code only.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.send();
  };

  private pasted = (event: ClipboardEvent): void => {
    const files = event.clipboardData?.files;
    // Text copied from a word processor brings a picture of itself along.
    if (!files?.length || event.clipboardData?.types.includes("text/plain")) return;
    event.preventDefault();
    this.chat.uploads.add(files);
  };

  private choose(kind: "picture" | "file"): void {
    this.querySelector<HTMLInputElement>(`input[data-kind=${kind}]`)?.click();
  }

  private chosen = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    this.chat.uploads.add([...(input.files ?? [])]);
    input.value = "";
    this.focus();
  };
}

define("yingda-composer", Composer);
