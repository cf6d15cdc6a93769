import { css } from "lit";

/** Where the customer writes. */
export const composer = css`
  yingda-composer {
    display: block;
  }
  .composer {
    padding: 0.5em 0.75em 0.75em;
    background: var(--ground);
  }
  @media (max-width: 479.98px) {
    .composer {
      padding-bottom: 0.625em;
    }
  }
  .quick {
    display: flex;
    gap: 0.5em;
    padding: 0 0.125em 0.5em;
  }
  .pill {
    display: inline-flex;
    align-items: center;
    gap: 0.3125em;
    min-height: 2.25em;
    padding: 0.25em 0.875em 0.25em 0.6875em;
    border-radius: 1.25em;
    font-size: 0.875em;
    font-weight: 500;
    color: var(--accent-text);
    background: var(--surface);
    border: 1px solid var(--accent-line);
    transition: background 0.15s ease;
  }
  .pill:hover:enabled {
    background: var(--accent-soft);
  }
  .pill:disabled {
    opacity: 0.6;
  }
  .pill svg {
    width: 1.1875em;
    height: 1.1875em;
  }
  .articles {
    margin-bottom: 0.5em;
    border-radius: 0.875em;
    background: var(--surface);
    box-shadow: inset 0 0 0 1px var(--line);
    overflow: hidden;
  }
  .articles-head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    padding: 0.25em 0.25em 0 0.875em;
    font-size: 0.8125em;
    color: var(--muted);
  }
  .articles-head svg {
    width: 1.125em;
    height: 1.125em;
  }
  .articles ul {
    margin: 0;
    padding: 0 0.375em 0.375em;
    list-style: none;
  }
  .articles a {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    column-gap: 0.5em;
    align-items: center;
    padding: 0.375em 0.5em;
    border-radius: 0.625em;
    text-decoration: none;
    color: var(--text);
    font-size: 0.875em;
    line-height: 1.4;
  }
  .articles a:hover {
    background: var(--accent-soft);
  }
  .articles b,
  .articles a span:not(.sr) {
    grid-column: 1;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .articles b {
    font-weight: 500;
    color: var(--accent-text);
  }
  .articles a span:not(.sr) {
    font-size: 0.9375em;
    color: var(--muted);
  }
  .articles a svg {
    grid-column: 2;
    grid-row: 1 / span 2;
    width: 1.125em;
    height: 1.125em;
    color: var(--muted);
  }
  .notice {
    display: flex;
    align-items: flex-start;
    gap: 0.5em;
    margin-bottom: 0.5em;
    padding: 0.5em 0.75em;
    border-radius: 0.75em;
    font-size: 0.8125em;
    color: var(--danger);
    background: var(--danger-soft);
  }
  .notice svg {
    width: 1.375em;
    height: 1.375em;
  }
  .field {
    border-radius: 1.125em;
    background: var(--surface);
    box-shadow: inset 0 0 0 1px var(--line);
    transition: box-shadow 0.15s ease;
  }
  .field:focus-within {
    box-shadow: inset 0 0 0 0.09375em var(--accent-text), 0 0 0 0.1875em color-mix(in srgb, var(--accent) 14%, transparent);
  }
  textarea {
    display: block;
    width: 100%;
    min-height: 2.75em;
    max-height: 8.5em;
    padding: 0.6875em 0.9375em 0.25em;
    border: 0;
    resize: none;
    background: none;
    font-size: max(0.9375em, 16px * var(--touch, 0));
    line-height: 1.5;
    field-sizing: content;
    overflow-y: auto;
    scrollbar-width: thin;
  }
  /* Below 16 pixels iOS zooms the page into the field. */
  @media (pointer: coarse) {
    textarea {
      --touch: 1;
    }
  }
  /* The field around it shows the focus. */
  textarea:focus-visible {
    outline: none;
  }
  textarea::placeholder {
    color: var(--muted);
    opacity: 1;
  }
  .tools {
    display: flex;
    align-items: center;
    gap: 0.125em;
    padding: 0 0.4375em 0.4375em;
  }
  .tool,
  .send {
    flex: none;
    width: 2.25em;
    height: 2.25em;
    border-radius: 50%;
    display: grid;
    place-items: center;
    color: var(--muted);
    transition: background 0.15s ease, color 0.15s ease, transform 0.15s ease;
  }
  .tool svg,
  .send svg {
    width: 1.3125em;
    height: 1.3125em;
  }
  .tool:hover {
    color: var(--accent-text);
    background: var(--accent-soft);
  }
  .left {
    flex: 1;
    padding: 0 0.5em;
    font-size: 0.75em;
    line-height: 1.3;
    text-align: end;
    color: var(--muted);
  }
  .left.over {
    color: var(--danger);
  }
  .send {
    color: var(--on-accent);
    background: var(--accent);
  }
  .send:active:enabled {
    transform: scale(0.93);
  }
  .send:disabled {
    color: var(--muted);
    background: color-mix(in srgb, var(--muted) 16%, transparent);
  }
`;
