import { html, nothing } from "lit";
import { shown } from "../consent";
import { LOCALES } from "../i18n";
import { botIcon, checkIcon, closeIcon, moreIcon, personIcon } from "./icons";
import { define, View } from "./view";

/** Who is there, the menu, and the way out. */
export class Header extends View {
  static override properties = { menuOpen: { state: true } };
  declare menuOpen: boolean;

  constructor() {
    super();
    this.menuOpen = false;
  }

  override render() {
    const { chat } = this;
    const { t } = chat;
    const bot = chat.botInCharge;
    return html`<header class="header">
      <div class="portrait" aria-hidden="true">${bot ? botIcon : personIcon}<i class=${chat.interrupted || chat.inbox?.open_now === false ? "dot away" : "dot"}></i></div>
      <div class="heading">
        <h2 id="yd-title">${chat.inbox ? (bot ? chat.nameOf("bot") : t.agent) : t.title}</h2>
        <p>${this.subtitle()}</p>
      </div>
      <div class="menu-anchor" @keydown=${this.keys} @focusout=${this.left}>
        <button type="button" class="round" data-testid="menu" aria-label=${t.menu} title=${t.menu} aria-haspopup="menu" aria-expanded=${this.menuOpen} @click=${this.toggle}>${moreIcon}</button>
        ${this.menuOpen ? this.menu() : nothing}
      </div>
      <button type="button" class="round" data-testid="close" aria-label=${t.close} title=${t.close} @click=${this.close}>${closeIcon}</button>
    </header>`;
  }

  private subtitle(): string {
    const { t, status, inbox } = this.chat;
    if (!inbox || this.chat.interrupted) return this.chat.link === "refused" ? t.unavailable : t.connecting;
    if (status === "assigned" || status === "waiting" || status === "snoozed") return t.withPeople;
    if (!inbox.open_now && !this.chat.botInCharge) return t.away;
    return status === "queued" ? t.queued : t.online;
  }

  private menu() {
    const { chat } = this;
    const { t } = chat;
    return html`<div class="menu" role="menu" aria-label=${t.menu}>
      ${
        chat.botInCharge
          ? html`<button type="button" role="menuitem" tabindex="-1" @click=${() => this.pick(() => chat.handOver())}>${personIcon}<span>${t.handOver}</span></button>
              <div class="menu-line" role="separator"></div>`
          : nothing
      }
      <div role="group" aria-label=${t.language}>
        <div class="menu-title" aria-hidden="true">${t.language}</div>
        ${LOCALES.map(
          ({ id, name }) =>
            html`<button type="button" role="menuitemradio" tabindex="-1" aria-checked=${chat.locale === id} lang=${id} data-testid="locale-${id}" @click=${() => this.pick(() => chat.setLocale(id))}>
              <span>${name}</span>${chat.locale === id ? checkIcon : nothing}
            </button>`,
        )}
      </div>
      ${
        chat.consent.answer === "yes"
          ? html`<div class="menu-line" role="separator"></div>
              <button type="button" role="menuitem" tabindex="-1" data-testid="consent-end" @click=${() => this.pick(() => void chat.consent.say("no", shown(chat.locale, t.consentEnd)))}><span>${t.consentEnd}</span></button>`
          : nothing
      }
    </div>`;
  }

  private toggle = async (): Promise<void> => {
    this.menuOpen = !this.menuOpen;
    // Whoever agreed finds the way back here.
    if (this.menuOpen && this.chat.api.token !== null) void this.chat.consent.learn();
    await this.updateComplete;
    this.entries[0]?.focus();
  };

  private pick(act: () => void): void {
    this.menuOpen = false;
    this.querySelector<HTMLElement>("[data-testid=menu]")?.focus();
    act();
  }

  private get entries(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("[role=menu] button")];
  }

  private keys = (event: KeyboardEvent): void => {
    if (!this.menuOpen) return;
    const { entries } = this;
    const at = entries.indexOf(event.target as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) entries.at(to % entries.length)?.focus();
    else if (event.key === "Escape") this.pick(() => undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  private left = (event: FocusEvent): void => {
    const next = event.relatedTarget as Node | null;
    if (!next || !(event.currentTarget as HTMLElement).contains(next)) this.menuOpen = false;
  };

  private close = (): void => {
    this.dispatchEvent(new CustomEvent("yingda-close", { bubbles: true }));
  };
}

define("yingda-header", Header);
