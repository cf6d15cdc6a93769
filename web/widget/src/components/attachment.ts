import { html, nothing, type PropertyDeclarations, type PropertyValues } from "lit";
import { duration, fileSize } from "../format";
import { IMAGE_TYPES } from "../types";
import { fileIcon } from "./icons";
import { define, View } from "./view";

/** What arrived, by file id: files never change. An address of a blob lives as long as the page. */
const fetched = new Map<string, Promise<LocalFile>>();

export interface LocalFile {
  blob: Blob;
  url: string;
}

/** A file of the conversation. Files need the visitor's token, which an `<img src>` cannot carry. */
abstract class Attachment extends View {
  static override properties: PropertyDeclarations = { fileId: { attribute: false }, name: { attribute: false }, local: { state: true }, broken: { state: true } };
  declare fileId: string;
  declare name: string;
  declare local: LocalFile | null;
  declare broken: boolean;

  constructor() {
    super();
    this.name = "";
    this.local = null;
    this.broken = false;
  }

  protected async load(): Promise<LocalFile | null> {
    const id = this.fileId;
    let file = fetched.get(id);
    if (!file) {
      file = this.chat.api.file(id).then((blob) => ({ blob, url: URL.createObjectURL(blob) }));
      fetched.set(id, file);
    }
    try {
      this.local = await file;
      this.broken = false;
    } catch {
      fetched.delete(id);
      this.broken = true;
    }
    return this.local;
  }
}

class Picture extends Attachment {
  // The page's content policy may forbid pictures from blobs; a canvas is always allowed.
  static override properties = { painted: { state: true } };
  declare painted: boolean;

  constructor() {
    super();
    this.painted = false;
  }

  protected override firstUpdated(): void {
    void this.load();
  }

  override render() {
    const { t } = this.chat;
    const local = this.local && IMAGE_TYPES.includes(this.local.blob.type) ? this.local : null;
    if (this.broken || (this.local && !local)) {
      return html`<button type="button" class="bubble muted" @click=${() => void this.load()}>${t.fileGone} · ${t.retry}</button>`;
    }
    if (!local) return html`<div class="picture loading"><span class="sr">${t.loading}</span></div>`;
    return html`<button type="button" class="picture" aria-label=${t.viewImage(this.name)} @click=${this.view}>
      ${this.painted ? html`<canvas></canvas>` : html`<img src=${local.url} alt="" @error=${() => (this.painted = true)} />`}
    </button>`;
  }

  protected override updated(changed: PropertyValues): void {
    const canvas = changed.has("painted") && this.painted ? this.querySelector("canvas") : null;
    if (canvas && this.local) paint(canvas, this.local.blob).catch(() => (this.broken = true));
  }

  private view = (): void => {
    this.dispatchEvent(new CustomEvent("yingda-view", { bubbles: true, detail: { file: this.local, name: this.name } }));
  };
}

export async function paint(canvas: HTMLCanvasElement, blob: Blob): Promise<void> {
  const bitmap = await createImageBitmap(blob);
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  bitmap.close();
}

class Voice extends Attachment {
  static override properties = { ms: { attribute: false } };
  declare ms: number;

  protected override firstUpdated(): void {
    void this.load();
  }

  override render() {
    const { t } = this.chat;
    return html`<span class="voice-label">${t.voice}${this.ms ? ` ${duration(this.ms)}` : ""}</span>
      ${this.local ? html`<audio controls preload="metadata" src=${this.local.url} aria-label=${t.voice}></audio>` : nothing}
      ${this.broken ? html`<button type="button" class="inline" @click=${() => void this.load()}>${t.fileGone} · ${t.retry}</button>` : nothing}`;
  }
}

class FileLink extends Attachment {
  static override properties = { size: { attribute: false } };
  declare size: number;

  override render() {
    const { t } = this.chat;
    return html`<button type="button" class="file bubble" data-testid="file" aria-label=${t.download(this.name)} @click=${this.save}>
      <span class="file-icon">${fileIcon}</span>
      <span class="file-words">
        <span class="file-name">${this.name}</span>
        <span class="file-size">${this.broken ? t.fileGone : this.size ? fileSize(this.size) : nothing}</span>
      </span>
    </button>`;
  }

  private save = async (): Promise<void> => {
    const file = await this.load();
    if (!file) return;
    const link = document.createElement("a");
    link.href = file.url;
    link.download = this.name || "file";
    link.click();
  };
}

define("yingda-picture", Picture);
define("yingda-voice", Voice);
define("yingda-file", FileLink);
