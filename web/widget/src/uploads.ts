import type { Api } from "./api";
import { fileSize } from "./format";
import type { Texts } from "./i18n";
import { ApiError, IMAGE_TYPES, MAX_FILE_BYTES, type Content } from "./types";

/** A file on its way to the server. */
export interface Upload {
  readonly id: number;
  readonly file: File;
  /** Share that went out, 0 to 1. */
  progress: number;
  failed: boolean;
  readonly cancel: AbortController;
}

interface UploadListener {
  changed(): void;
  /** A file has arrived and may be sent as this message. */
  done(content: Content): void;
  refused(text: string): void;
  texts(): Texts;
}

/** Files that are being sent, one after the other, so that they arrive in the order in which they were chosen. */
export class Uploads {
  private items: Upload[] = [];
  private running = false;
  private count = 0;
  private readonly api: Api;
  private readonly listener: UploadListener;

  constructor(api: Api, listener: UploadListener) {
    this.api = api;
    this.listener = listener;
  }

  get all(): readonly Upload[] {
    return this.items;
  }

  add(files: Iterable<File>): void {
    const t = this.listener.texts();
    for (const file of files) {
      if (file.size === 0) this.listener.refused(t.emptyFile(file.name));
      else if (file.size > MAX_FILE_BYTES) this.listener.refused(t.tooLarge(file.name, fileSize(MAX_FILE_BYTES)));
      else this.items.push({ id: this.count++, file, progress: 0, failed: false, cancel: new AbortController() });
    }
    this.listener.changed();
    void this.run();
  }

  retry(id: number): void {
    const item = this.items.find((upload) => upload.id === id);
    if (item) item.failed = false;
    this.listener.changed();
    void this.run();
  }

  discard(id: number): void {
    this.items.find((upload) => upload.id === id)?.cancel.abort();
    this.remove(id);
  }

  clear(): void {
    for (const { id } of this.items) this.discard(id);
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    let next: Upload | undefined;
    while ((next = this.items.find((item) => !item.failed))) await this.send(next);
    this.running = false;
  }

  private async send(item: Upload): Promise<void> {
    const { file, cancel } = item;
    try {
      const stored = await this.api.upload(
        file,
        (share) => {
          item.progress = share;
          this.listener.changed();
        },
        cancel.signal,
      );
      if (cancel.signal.aborted) return;
      this.remove(item.id);
      this.listener.done(
        IMAGE_TYPES.includes(stored.mime)
          ? { type: "image", file_id: stored.id, name: stored.name }
          : { type: "file", file_id: stored.id, name: stored.name, size: stored.size },
      );
    } catch (error) {
      if (cancel.signal.aborted) return;
      if (error instanceof ApiError && !error.passing && error.status !== 401) {
        this.remove(item.id);
        const t = this.listener.texts();
        this.listener.refused(
          error.status === 413 ? t.tooLarge(file.name, fileSize(MAX_FILE_BYTES)) : t.uploadRefused(file.name),
        );
        return;
      }
      item.failed = true;
      item.progress = 0;
      this.listener.changed();
    }
  }

  private remove(id: number): void {
    this.items = this.items.filter((item) => item.id !== id);
    this.listener.changed();
  }
}
