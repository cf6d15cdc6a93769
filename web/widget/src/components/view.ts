import { LitElement, type PropertyDeclarations } from "lit";
import type { Chat } from "../chat";

/**
 * A part of the widget that shows the chat and follows its changes. Parts render into the one shadow root of the
 * widget: labels, focus and styles then work across parts.
 */
export abstract class View extends LitElement {
  static override properties: PropertyDeclarations = { chat: { attribute: false } };
  declare chat: Chat;
  private unsubscribe: (() => void) | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.unsubscribe = this.chat.events.on("change", () => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unsubscribe?.();
  }
}

/** Registers an element, once: a page may load the script twice. */
export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element);
}
