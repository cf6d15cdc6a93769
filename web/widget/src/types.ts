/** The part of the server's contract that a visitor sees. Names and shapes are those of the JSON. */

export type Status = "bot" | "queued" | "assigned" | "waiting" | "snoozed" | "resolved";
export type SenderKind = "customer" | "agent" | "bot" | "system";

export interface Choice {
  id: string;
  label: string;
}

export type Content =
  | { type: "text"; text: string; choice?: Choice }
  | { type: "image"; file_id: string; name: string }
  | { type: "file"; file_id: string; name: string; size: number }
  | { type: "voice"; file_id: string; duration_ms: number }
  | { type: "card"; title: string; text: string; image_url?: string; url?: string }
  | { type: "choices"; text: string; options: Choice[] };

export interface Message {
  id: string;
  seq: number;
  sender: SenderKind;
  content: Content;
  client_key?: string;
  created_at: string;
}

export type EventBody =
  | { type: "opened"; status: Status }
  | { type: "message"; message: Message }
  | { type: "handed_over" }
  | { type: "assigned"; user_id: string | null; team_id: string | null }
  | { type: "returned_to_bot" }
  | { type: "resolved" }
  | { type: "reopened" }
  | { type: "status_changed"; from: Status; to: Status };

export type Event = { conversation_id: string; seq: number; at: string } & EventBody;

export interface EventPage {
  events: Event[];
  last_seq: number;
  more: boolean;
  /** Where the page ends, counting what this reader may not see: a page may be empty and yet not the last. */
  reached: number;
}

export interface Problem {
  code: string;
  title?: string;
  detail?: string;
}

export interface Inbox {
  name: string;
  persona: { name_zh: string; name_en: string };
  greeting_zh: string;
  greeting_en: string;
  bot: boolean;
  open_now: boolean;
}

/** Who the customer is according to the host page. `hmac`: hex HMAC-SHA256 of `external_id`, made by the company's server. */
export interface Identity {
  external_id: string;
  name?: string;
  email?: string;
  phone?: string;
  hmac?: string;
}

export interface Session {
  token: string;
  contact_id: string;
  conversation_id: string | null;
  last_seq: number;
  unread: number;
  inbox: Inbox;
}

export interface Ack {
  message_id: string;
  conversation_id: string;
  seq: number;
  duplicate: boolean;
}

/** An article of the help centre that may answer. */
export interface Suggestion {
  entry_id: string;
  title: string;
  snippet: string;
  url: string;
  lang: string;
}

export interface UploadedFile {
  id: string;
  name: string;
  mime: string;
  size: number;
}

/** What the server says over the WebSocket. */
export type ServerFrame =
  | { type: "welcome"; conversation_id: string | null; last_seq: number; heartbeat_seconds: number; open_now: boolean }
  | { type: "event"; prev: number; event: Event }
  | ({ type: "ack"; client_key: string } & Ack)
  | { type: "refused"; client_key: string; problem: Problem }
  | { type: "typing"; who: "agent" | "bot"; on: boolean }
  | { type: "read"; by: "agent"; seq: number }
  | { type: "pong" }
  | { type: "error"; problem: Problem };

/** The server's answer when it does not do what it was asked; `status` 0 means that it was not reached. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(problem.detail ?? problem.title ?? problem.code);
    this.status = status;
    this.problem = problem;
  }

  /** Whether the same request may succeed later. */
  get passing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** Longest text of a message, in Unicode scalar values. */
export const MAX_TEXT_CHARS = 10_000;
/** Largest file, in bytes. */
export const MAX_FILE_BYTES = 20 * 1024 * 1024;
/** Pictures that are shown in place; all others are offered for download. */
export const IMAGE_TYPES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
