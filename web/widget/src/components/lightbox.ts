import { html, nothing, type PropertyValues } from "lit";
import { paint, type LocalFile } from "./attachment";
import { closeIcon, openIcon } from "./icons";
import { define, View } from "./view";

/** A picture over the whole window. The browser's own dialog gives it focus, the Escape key and the top layer. */
export class Lightbox extends View {
  static override properties = { file: { state: true }, name: { state: true }, painted: { state: true } };
  declare file: LocalFile | null;
  declare name: string;
  declare painted: boolean;

  constructor() {
    super();
    this.file = null;
    this.name = "";
    this.painted = false;
  }

  show(file: LocalFile, name: string): void {
    this.file = file;
    this.name = name;
    this.painted = false;
  }

  override render() {
    const { t } = this.chat;
    if (!this.file) return nothing;
    const { url } = this.file;
    return html`<dialog class="lightbox" data-testid="lightbox" aria-label=${t.viewImage(this.name)} @close=${this.closed} @click=${this.clicked}>
      ${
        this.painted
          ? html`<canvas role="img" aria-label=${this.name || t.image}></canvas>`
          : html`<img src=${url} alt=${this.name || t.image} @error=${() => (this.painted = true)} />`
      }
      <div class="lightbox-bar">
        <a class="round" href=${url} target="_blank" rel="noopener noreferrer" aria-label=${t.openImage} title=${t.openImage}>${openIcon}</a>
        <button type="button" class="round" aria-label=${t.close} title=${t.close} @click=${() => this.dialog?.close()}>${closeIcon}</button>
      </div>
    </dialog>`;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("file") && this.file && !this.dialog?.open) this.dialog?.showModal();
    const canvas = changed.has("painted") && this.painted ? this.querySelector("canvas") : null;
    if (canvas && this.file) void paint(canvas, this.file.blob).catch(() => this.dialog?.close());
  }

  private get dialog(): HTMLDialogElement | null {
    return this.querySelector("dialog");
  }

  private closed = (): void => {
    this.file = null;
  };

  private clicked = (event: MouseEvent): void => {
    if (event.target === this.dialog) this.dialog?.close();
  };
}

define("yingda-lightbox", Lightbox);
