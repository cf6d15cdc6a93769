import { html, LitElement, nothing, type PropertyValues } from "lit";
import type { Chat } from "../chat";
import { asText, readableOn, type Options } from "../options";
import type { Shelf } from "../storage";
import type { LocalFile } from "./attachment";
import type { Composer } from "./composer";
import type { Lightbox } from "./lightbox";
import { chatIcon, downIcon } from "./icons";
import "./attachment";
import "./composer";
import "./header";
import "./lightbox";
import "./messages";
import { define } from "./view";
import { styles } from "./styles/index";

const PHONE = "(max-width: 479.98px)";
const FOCUSABLE = "a[href], button:not(:disabled), textarea, audio[controls], [tabindex='0']";

/** The launcher and the panel, in a shadow root that no style of the page reaches. */
export class YingdaChat extends LitElement {
  static override styles = styles;
  static override properties = { dropping: { state: true } };
  declare dropping: boolean;

  private readonly chat: Chat;
  private readonly visit: Shelf;
  private readonly options: Options;
  private wasOpened = false;
  private readonly phone = matchMedia(PHONE);

  constructor(chat: Chat, visit: Shelf, options: Options) {
    super();
    this.dropping = false;
    this.chat = chat;
    this.visit = visit;
    this.options = options;
    chat.events.on("change", () => this.requestUpdate());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const { color, position } = this.options;
    this.dataset.position = position;
    if (color) {
      this.style.setProperty("--yd-accent", color);
      this.style.setProperty("--yd-on-accent", readableOn(color));
      this.style.setProperty("--yd-text-on-light", asText(color, "#000000", "#ffffff"));
      this.style.setProperty("--yd-text-on-dark", asText(color, "#ffffff", "#1e2423"));
    }
    this.phone.addEventListener("change", () => this.requestUpdate());
    for (const event of ["resize", "scroll"]) visualViewport?.addEventListener(event, this.fit);
    // Keys typed here are not shortcuts of the page.
    for (const type of ["keydown", "keyup", "keypress"]) this.renderRoot.addEventListener(type, (event) => event.stopPropagation());
    // A conversation goes on when the customer looks at the next product, but a phone shows the product.
    if (this.visit.get("open") === "1" && !this.phone.matches) {
      this.wasOpened = true;
      this.chat.setOpen(true);
    }
  }

  /** Opens the panel, and suggests a text to send when one is given. */
  show(draft?: string): void {
    if (!this.chat.open) {
      this.wasOpened = true;
      this.visit.set("open", "1");
      this.chat.setOpen(true);
      this.fit();
    }
    void this.focusPanel(draft);
  }

  hide(): void {
    if (!this.chat.open) return;
    this.visit.remove("open");
    const hadFocus = this.shadowRoot?.activeElement != null;
    this.chat.setOpen(false);
    if (hadFocus) void this.updateComplete.then(() => this.shadowRoot?.querySelector<HTMLElement>(".launcher")?.focus());
  }

  override render() {
    const { chat } = this;
    const { t, open, unread } = chat;
    return html`<button type="button" class="launcher ${open ? "open" : ""}" data-testid="launcher" aria-haspopup="dialog" aria-expanded=${open} aria-label=${open ? t.close : unread > 0 ? t.launcherUnread(unread) : t.launcherOpen} title=${open ? t.close : t.title} @click=${() => (open ? this.hide() : this.show())}>
        ${open ? downIcon : chatIcon}
        ${unread > 0 && !open ? html`<span class="badge" data-testid="unread" aria-hidden="true">${unread > 99 ? "99+" : unread}</span>` : nothing}
      </button>
      ${this.wasOpened ? this.panel() : nothing}
      <yingda-lightbox .chat=${chat}></yingda-lightbox>`;
  }

  private panel() {
    const { chat } = this;
    const { t } = chat;
    return html`<section class="panel" data-testid="panel" role="dialog" aria-labelledby="yd-title" aria-modal=${this.phone.matches} tabindex="-1" ?hidden=${!chat.open} @keydown=${this.keys} @yingda-close=${() => this.hide()} @yingda-view=${this.view} @dragenter=${this.drag} @dragover=${this.drag} @dragleave=${this.dragEnd} @drop=${this.drop}>
      <yingda-header .chat=${chat}></yingda-header>
      ${
        chat.interrupted
          ? html`<div class="banner" role="status" data-testid="banner">${chat.link === "refused" ? t.refused : t.offline}</div>`
          : nothing
      }
      <yingda-messages .chat=${chat}></yingda-messages>
      <yingda-composer .chat=${chat} .visit=${this.visit}></yingda-composer>
      ${this.dropping ? html`<div class="drop">${t.dropHere}</div>` : nothing}
    </section>`;
  }

  protected override updated(_: PropertyValues): void {
    // Tells the browser which glyphs to use, and screen readers which voice.
    this.lang = this.chat.locale;
  }

  private async focusPanel(draft: string | undefined): Promise<void> {
    await this.updateComplete;
    if (draft !== undefined) this.composer?.suggest(draft);
    // On a phone the keyboard would cover the conversation before it was read.
    if (this.phone.matches) this.panelElement?.focus();
    else this.composer?.focus();
  }

  private get composer(): Composer | null {
    return this.shadowRoot?.querySelector<Composer>("yingda-composer") ?? null;
  }

  private get panelElement(): HTMLElement | null {
    return this.shadowRoot?.querySelector<HTMLElement>(".panel") ?? null;
  }

  private keys = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault();
      this.hide();
    } else if (event.key === "Tab") {
      this.keepFocus(event);
    }
  };

  /** Tab goes round inside the panel; Escape leaves it. */
  private keepFocus(event: KeyboardEvent): void {
    const stops = [...(this.panelElement?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? [])].filter(
      (element) => element.tabIndex >= 0 && element.getClientRects().length > 0,
    );
    const first = stops[0];
    const last = stops.at(-1);
    const current = this.shadowRoot?.activeElement;
    if (event.shiftKey && (current === first || current === this.panelElement)) last?.focus();
    else if (!event.shiftKey && current === last) first?.focus();
    else return;
    event.preventDefault();
  }

  private view = (event: CustomEvent<{ file: LocalFile; name: string }>): void => {
    this.shadowRoot?.querySelector<Lightbox>("yingda-lightbox")?.show(event.detail.file, event.detail.name);
  };

  private drag = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.dropping = true;
  };

  private dragEnd = (event: DragEvent): void => {
    const to = event.relatedTarget as Node | null;
    if (!to || !this.panelElement?.contains(to)) this.dropping = false;
  };

  private drop = (event: DragEvent): void => {
    this.dropping = false;
    const files = event.dataTransfer?.files;
    if (!files?.length) return;
    event.preventDefault();
    this.chat.uploads.add([...files]);
  };

  /** On phones the panel takes exactly what the keyboard leaves. */
  private fit = (): void => {
    const view = visualViewport;
    if (!view || !this.phone.matches || !this.chat.open) return;
    this.style.setProperty("--yd-top", `${view.offsetTop}px`);
    this.style.setProperty("--yd-height", `${view.height}px`);
  };
}

define("yingda-chat", YingdaChat);
