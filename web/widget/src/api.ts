import { ApiError, type Ack, type Content, type EventPage, type Identity, type Problem, type Session, type Suggestion, type UploadedFile } from "./types";
import type { Report } from "./connection";
import type { ConsentAnswer, ConsentWording } from "./consent";

const TIMEOUT_MS = 15_000;

/** The visitor's REST interface. Every method fails with [`ApiError`]. */
export class Api {
  token: string | null = null;
  private readonly base: string;

  /** `root`: where the server lives, with a slash at the end, such as `https://help.example.com/`. */
  constructor(readonly root: string) {
    this.base = new URL("api/v1/visitor/", root).href;
  }

  get socketAddress(): string {
    return `${this.base.replace(/^http/, "ws")}ws`;
  }

  session(body: { inbox_key: string; token?: string; locale: string; identity?: Identity }): Promise<Session> {
    return this.call<Session>("session", { body });
  }

  eventsAfter(seq: number): Promise<EventPage> {
    return this.call<EventPage>(`events?after=${seq}`);
  }

  eventsBefore(seq: number, limit: number): Promise<EventPage> {
    return this.call<EventPage>(`events?before=${seq}&limit=${limit}`);
  }

  post(clientKey: string, content: Content): Promise<Ack> {
    return this.call<Ack>("messages", { body: { client_key: clientKey, content } });
  }

  /** Articles of the help centre on a text of 1 to 200 characters, best first. */
  async help(text: string, locale: string): Promise<Suggestion[]> {
    const page = await this.call<{ items: Suggestion[] }>(`help?q=${encodeURIComponent(text)}&lang=${encodeURIComponent(locale)}`);
    return page.items;
  }

  async report({ type, ...body }: Report): Promise<void> {
    await this.call<null>(type, { body });
  }

  /** Tells of what the customer did on the page; a flow may begin. Gives what came of it, such as `begins` or `no_consent`. */
  async happened(name: string, properties: Record<string, unknown>): Promise<string> {
    return (await this.call<{ type: string }>("events", { body: { name, properties } })).type;
  }

  /** What the customer said to being written to without having asked. */
  async consent(): Promise<ConsentAnswer> {
    const page = await this.call<{ items: { purpose: string; answer: ConsentAnswer }[] }>("consent");
    return page.items.find((said) => said.purpose === "marketing")?.answer ?? "unknown";
  }

  async say(answer: ConsentAnswer, wording: ConsentWording): Promise<ConsentAnswer> {
    const body = { purpose: "marketing", answer, way: "widget", wording };
    return (await this.call<{ answer: ConsentAnswer }>("consent", { method: "PUT", body })).answer;
  }

  /** The bytes of a file with the type that the server gave. */
  async file(id: string): Promise<Blob> {
    const answer = await this.fetch(`files/${encodeURIComponent(id)}`, {});
    return answer.blob();
  }

  /** Sends a file; `progress` hears the share that went out, 0 to 1. */
  upload(file: File, progress: (share: number) => void, signal: AbortSignal): Promise<UploadedFile> {
    return new Promise((resolve, reject) => {
      // Not fetch: it cannot tell how far an upload is.
      const request = new XMLHttpRequest();
      request.open("POST", `${this.base}files`);
      if (this.token) request.setRequestHeader("Authorization", `Bearer ${this.token}`);
      request.upload.onprogress = (event) => {
        if (event.lengthComputable && event.total > 0) progress(event.loaded / event.total);
      };
      request.onload = () => {
        const body = parse(request.responseText);
        if (request.status >= 200 && request.status < 300) resolve(body as UploadedFile);
        else reject(new ApiError(request.status, problemOf(body)));
      };
      request.onerror = request.onabort = () => reject(unreachable());
      signal.addEventListener("abort", () => request.abort());
      const form = new FormData();
      form.append("file", file, file.name);
      request.send(form);
    });
  }

  private async call<T>(path: string, { method = "POST", body }: { method?: string; body?: object } = {}): Promise<T> {
    const answer = await this.fetch(
      path,
      body ? { method, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } } : {},
    );
    if (answer.status === 204) return null as T;
    const value = parse(await answer.text().catch(() => ""));
    // A page that a hotel's network puts in between is no answer: taking it for one would lose a message.
    if (typeof value !== "object" || value === null) throw unreachable();
    return value as T;
  }

  private async fetch(path: string, init: RequestInit & { headers?: Record<string, string> }): Promise<Response> {
    let answer: Response;
    try {
      answer = await fetch(this.base + path, {
        ...init,
        headers: { ...init.headers, ...(this.token ? { Authorization: `Bearer ${this.token}` } : {}) },
        credentials: "omit",
        cache: "no-store",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch {
      throw unreachable();
    }
    if (!answer.ok) throw new ApiError(answer.status, problemOf(parse(await answer.text().catch(() => ""))));
    return answer;
  }
}

function unreachable(): ApiError {
  return new ApiError(0, { code: "unreachable", detail: "the server was not reached" });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function problemOf(body: unknown): Problem {
  const problem = body as Partial<Problem> | null;
  return typeof problem?.code === "string" ? (problem as Problem) : { code: "internal" };
}
