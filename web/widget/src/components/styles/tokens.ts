import { css } from "lit";

/**
 * Colours and the wall against the page. Every size is in `em` of the browser's own `medium` type: it grows with the
 * customer's setting and not with whatever the page did to its root element.
 */
export const tokens = css`
  :host {
    all: initial !important;
    position: fixed !important;
    inset: auto !important;
    z-index: 2147483000 !important;
    display: block !important;
    font: 400 medium/1.55 system-ui, -apple-system, "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif !important;
    color-scheme: light dark;
    --accent: var(--yd-accent, #0d7466);
    --on-accent: var(--yd-on-accent, #ffffff);
    --accent-text: var(--yd-text-on-light, #0a6055);
    --accent-soft: color-mix(in oklab, var(--accent) 9%, white);
    --accent-line: color-mix(in oklab, var(--accent) 32%, white);
    --ground: #f5f7f6;
    --surface: #ffffff;
    --line: #e1e7e5;
    --text: #17211f;
    --muted: #586663;
    --danger: #b3261e;
    --danger-soft: #fdeeec;
    --warn: #6a4700;
    --warn-soft: #fff3d6;
    --shadow: 0 0 0 1px rgb(15 35 30 / 5%), 0 0.25em 0.75em rgb(15 35 30 / 8%), 0 1em 2.75em rgb(15 35 30 / 16%);
    --bubble-shadow: 0 0.0625em 0.125em rgb(15 35 30 / 7%);
    --edge: 1.25em;
  }

  @media (prefers-color-scheme: dark) {
    :host {
      --accent-text: var(--yd-text-on-dark, #86c2b6);
      --accent-soft: color-mix(in oklab, var(--accent) 22%, #171c1b);
      --accent-line: color-mix(in oklab, var(--accent) 55%, #2c3533);
      --ground: #121615;
      --surface: #1e2423;
      --line: #303937;
      --text: #e7eeec;
      --muted: #a0aeab;
      --danger: #ff9d94;
      --danger-soft: #3a1d1a;
      --warn: #ffd98a;
      --warn-soft: #39300f;
      --shadow: 0 0 0 1px rgb(255 255 255 / 8%), 0 1em 3em rgb(0 0 0 / 55%);
      --bubble-shadow: none;
    }
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  button,
  textarea {
    font: inherit;
    color: inherit;
    letter-spacing: inherit;
    margin: 0;
  }
  button {
    background: none;
    border: 0;
    padding: 0;
    cursor: pointer;
    -webkit-tap-highlight-color: transparent;
  }
  button:disabled {
    cursor: default;
  }
  h2,
  p {
    margin: 0;
    font: inherit;
  }
  a {
    color: inherit;
  }
  svg {
    width: 1.5em;
    height: 1.5em;
    flex: none;
    display: block;
  }
  :focus {
    outline: none;
  }
  :focus-visible {
    outline: 0.125em solid var(--accent-text);
    outline-offset: 0.125em;
  }
  .sr {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .inline {
    color: var(--accent-text);
    font-weight: 500;
    padding: 0.125em 0.25em;
    border-radius: 0.25em;
    text-decoration: underline;
    text-decoration-color: transparent;
    text-underline-offset: 0.2em;
  }
  .inline:hover {
    text-decoration-color: currentcolor;
  }

  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation-duration: 0.01ms !important;
      animation-iteration-count: 1 !important;
      transition: none !important;
    }
  }
  @media (forced-colors: active) {
    .launcher,
    .panel,
    .bubble,
    .card,
    .choice,
    .pill,
    .send,
    .field,
    .menu,
    .badge,
    .banner,
    .to-newest {
      border: 1px solid !important;
    }
    :focus-visible {
      outline-color: Highlight;
    }
    .progress > div {
      background: Highlight !important;
      forced-color-adjust: none;
    }
  }
  @media print {
    :host {
      display: none !important;
    }
  }
`;
