import { html, nothing, type TemplateResult } from "lit";
import { ref } from "lit/directives/ref.js";
import type { Chat } from "../chat";
import { clockTime, dayName, fileSize } from "../format";
import { blocks } from "../blocks";
import { linkify, type Piece, safeAddress } from "../links";
import type { MessageRow, Row } from "../timeline";
import type { Content } from "../types";
import type { Upload } from "../uploads";
import { alertIcon, botIcon, checkIcon, clockIcon, fileIcon, openIcon, personIcon } from "./icons";

/** One row of the conversation. */
export function rowView(chat: Chat, row: Row): TemplateResult {
  switch (row.kind) {
    case "day":
      return html`<div class="line day"><span>${dayName(row.at, chat.locale)}</span></div>`;
    case "line":
      return html`<div class="line" data-testid="line" data-line=${row.line}><span>${chat.t[row.line]}</span></div>`;
    case "message":
      return row.sender === "system" ? systemView(row) : messageView(chat, row);
  }
}

function systemView(row: MessageRow): TemplateResult {
  return html`<div class="system" data-testid="message" data-sender="system">${contentText(row.content)}</div>`;
}

function messageView(chat: Chat, row: MessageRow): TemplateResult {
  const own = row.sender === "customer";
  const name = chat.nameOf(row.sender);
  const state = stateOf(chat, row);
  const classes = `msg ${own ? "own" : "theirs"} ${row.first ? "first" : ""} ${row.last ? "last" : ""}`;
  return html`<div class=${classes} data-testid="message" data-sender=${row.sender} data-kind=${row.content.type} data-state=${state ?? nothing} data-seq=${row.seq ?? nothing}>
    ${own ? nothing : html`<div class="avatar ${row.sender}" aria-hidden="true">${row.last ? (row.sender === "bot" ? botIcon : personIcon) : nothing}</div>`}
    <div class="stack">
      ${!own && row.first ? html`<div class="who" aria-hidden="true">${name}</div>` : nothing}
      <span class="sr">${name}${chat.locale === "en" ? ": " : "："}</span>
      ${contentView(chat, row)} ${metaView(chat, row, state)}
    </div>
  </div>`;
}

function stateOf(chat: Chat, row: MessageRow) {
  return row.delivery === "sent" && row.seq !== undefined && row.seq <= chat.agentReadSeq ? "read" : row.delivery;
}

function metaView(chat: Chat, row: MessageRow, state: ReturnType<typeof stateOf>) {
  const { t } = chat;
  const item = row.outgoing;
  if (state === "failed" && item) {
    const why = item.problem?.code === "stale" ? t.stale : item.problem?.code === "rate_limited" ? t.rateLimited : t.failed;
    return html`<div class="meta failed" role="alert">
      ${alertIcon}<span>${why}</span>
      <button type="button" class="inline" data-testid="retry" @click=${() => chat.retry(item.client_key)}>${t.retry}</button>
      <button type="button" class="inline" data-testid="discard" @click=${() => chat.discard(item.client_key)}>${t.discard}</button>
    </div>`;
  }
  if (!row.last || row.at === null) return state === "sending" ? html`<span class="sr">${t.sending}</span>` : nothing;
  const icon = state === "sending" ? clockIcon : checkIcon;
  return html`<div class="meta">
    <time datetime=${new Date(row.at).toISOString()}>${clockTime(row.at, chat.locale)}</time>
    ${state && state !== "failed" ? html`<span class="state">${icon}<span class=${state === "sent" ? "sr" : ""}>${t[state]}</span></span>` : nothing}
  </div>`;
}

function contentView(chat: Chat, row: MessageRow): TemplateResult {
  const { t } = chat;
  const { content } = row;
  switch (content.type) {
    case "text":
      return html`<div class="bubble" dir="auto">${row.sender === "customer" ? textView(content.text) : answerView(chat, content.text)}</div>`;
    case "choices":
      return html`<div class="bubble" dir="auto">${answerView(chat, content.text)}</div>
        <div class="choices" role="group" aria-label=${content.text}>
          ${content.options.map(
            (option) =>
              html`<button type="button" class="choice ${row.chosen === option.id ? "chosen" : ""}" data-testid="choice" data-choice=${option.id} @click=${() => chat.send(option.label, option)}>
                <span>${option.label}</span>${row.chosen === option.id ? checkIcon : nothing}
              </button>`,
          )}
        </div>`;
    case "card":
      return cardView(chat, content);
    case "image":
      return html`<yingda-picture .chat=${chat} .fileId=${content.file_id} .name=${content.name}></yingda-picture>`;
    case "voice":
      return html`<yingda-voice class="bubble" .chat=${chat} .fileId=${content.file_id} .ms=${content.duration_ms}></yingda-voice>`;
    case "file":
      return html`<yingda-file .chat=${chat} .fileId=${content.file_id} .name=${content.name} .size=${content.size}></yingda-file>`;
    default:
      return html`<div class="bubble muted">${t.unsupported}</div>`;
  }
}

function cardView(chat: Chat, card: Extract<Content, { type: "card" }>): TemplateResult {
  const picture = card.image_url ? safeAddress(card.image_url) : undefined;
  const address = card.url ? safeAddress(card.url) : undefined;
  return html`<div class="card" data-testid="card">
    ${picture ? html`<img src=${picture} alt="" loading="lazy" referrerpolicy="no-referrer" @error=${hide} />` : nothing}
    <div class="card-body">
      <div class="card-title" dir="auto">${card.title}</div>
      ${card.text ? html`<div class="card-text" dir="auto">${textView(card.text)}</div>` : nothing}
      ${address ? html`<a class="card-link" href=${address} target="_blank" rel="noopener noreferrer">${chat.t.details}${openIcon}<span class="sr"> ${card.title}</span></a>` : nothing}
    </div>
  </div>`;
}

function hide(event: Event): void {
  (event.target as HTMLElement).hidden = true;
}

function textView(text: string) {
  return linkify(text).map((piece) => pieceView(piece, piece.text));
}

function pieceView(piece: Piece, words: string) {
  return piece.href ? html`<a href=${piece.href} target="_blank" rel="noopener noreferrer">${words}</a>` : words;
}

/** An answer: its lists as lists, so that they are read out as such. */
function answerView(chat: Chat, text: string) {
  const shown = (pieces: Piece[]) => pieces.map((piece) => pieceView(piece, piece.text || chat.t.details));
  return blocks(text, chat.api.root).map((block) => {
    if (block.kind === "words") return html`<span class="words">${shown(block.pieces)}</span>`;
    const items = block.items.map((item) => html`<li>${shown(item)}</li>`);
    return block.start === null ? html`<ul>${items}</ul>` : html`<ol start=${block.start}>${items}</ol>`;
  });
}

/** What a message says in words. */
export function contentText(content: Content): string {
  return "text" in content && content.text ? content.text : content.type === "card" ? content.title : "";
}

/** A file on its way to the server. */
export function uploadView(chat: Chat, upload: Upload): TemplateResult {
  const { t } = chat;
  const percent = Math.round(upload.progress * 100);
  // CSSOM, because a strict content policy forbids style attributes.
  const widen = (bar?: Element) => bar && (bar as HTMLElement).style.setProperty("width", `${percent}%`);
  return html`<div class="msg own first last" data-testid="uploading">
    <div class="stack">
      <div class="file bubble">
        <span class="file-icon">${fileIcon}</span>
        <span class="file-words"><span class="file-name">${upload.file.name}</span><span class="file-size">${fileSize(upload.file.size)}</span></span>
        <div class="progress" role="progressbar" aria-label=${upload.file.name} aria-valuenow=${percent} aria-valuemin="0" aria-valuemax="100"><div ${ref(widen)}></div></div>
      </div>
      <div class="meta ${upload.failed ? "failed" : ""}">
        ${
          upload.failed
            ? html`${alertIcon}<span>${t.failed}</span>
                <button type="button" class="inline" data-testid="retry" @click=${() => chat.uploads.retry(upload.id)}>${t.retry}</button>`
            : html`<span>${t.uploading(percent)}</span>`
        }
        <button type="button" class="inline" data-testid="discard" @click=${() => chat.uploads.discard(upload.id)}>${t.discard}</button>
      </div>
    </div>
  </div>`;
}
