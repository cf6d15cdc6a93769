import { css } from "lit";

/** Launcher, panel, header, menu, banner and the picture viewer. */
export const frame = css`
  .launcher {
    position: fixed;
    bottom: calc(var(--edge) + env(safe-area-inset-bottom, 0px));
    right: calc(var(--edge) + env(safe-area-inset-right, 0px));
    width: 3.5em;
    height: 3.5em;
    border-radius: 50%;
    display: grid;
    place-items: center;
    color: var(--on-accent);
    background: linear-gradient(160deg, color-mix(in oklab, var(--accent) 88%, white), var(--accent) 60%);
    box-shadow: 0 0.125em 0.375em rgb(15 35 30 / 18%), 0 0.5em 1.25em color-mix(in srgb, var(--accent) 38%, transparent);
    transition: transform 0.18s ease, box-shadow 0.18s ease;
  }
  .launcher svg {
    width: 1.75em;
    height: 1.75em;
  }
  .launcher:hover {
    transform: translateY(-0.125em);
  }
  .launcher:active {
    transform: scale(0.95);
  }
  .launcher:focus-visible {
    outline-offset: 0.1875em;
  }
  :host([data-position="left"]) .launcher {
    right: auto;
    left: calc(var(--edge) + env(safe-area-inset-left, 0px));
  }
  .badge {
    position: absolute;
    top: -0.25em;
    right: -0.25em;
    min-width: 1.75em;
    height: 1.75em;
    padding: 0 0.4em;
    border-radius: 1em;
    background: #d3302f;
    color: #fff;
    font-size: 0.75em;
    font-weight: 650;
    line-height: 1.75em;
    text-align: center;
    font-variant-numeric: tabular-nums;
    box-shadow: 0 0 0 0.1875em var(--surface);
    animation: pop 0.25s cubic-bezier(0.2, 1.6, 0.4, 1);
  }

  .panel {
    position: fixed;
    bottom: calc(var(--edge) + 4.25em + env(safe-area-inset-bottom, 0px));
    right: calc(var(--edge) + env(safe-area-inset-right, 0px));
    width: min(23.75em, 100vw - 2 * var(--edge));
    height: min(38.75em, 100vh - 2 * var(--edge) - 4.25em);
    height: min(38.75em, 100dvh - 2 * var(--edge) - 4.25em);
    display: flex;
    flex-direction: column;
    overflow: hidden;
    border-radius: 1.125em;
    background: var(--ground);
    color: var(--text);
    box-shadow: var(--shadow);
    overflow-wrap: anywhere;
    transform-origin: 100% 100%;
    animation: rise 0.24s cubic-bezier(0.2, 0.9, 0.3, 1);
  }
  :host([data-position="left"]) .panel {
    right: auto;
    left: calc(var(--edge) + env(safe-area-inset-left, 0px));
    transform-origin: 0 100%;
  }
  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(0.75em) scale(0.97);
    }
  }
  @keyframes pop {
    from {
      transform: scale(0);
    }
  }
  @media (max-width: 479.98px) {
    .panel,
    :host([data-position="left"]) .panel {
      inset: auto 0;
      top: var(--yd-top, 0);
      width: 100%;
      height: 100vh;
      height: var(--yd-height, 100dvh);
      border-radius: 0;
      box-shadow: none;
      padding: env(safe-area-inset-top, 0px) env(safe-area-inset-right, 0px) env(safe-area-inset-bottom, 0px) env(safe-area-inset-left, 0px);
      background: linear-gradient(var(--accent) 50%, var(--surface) 50%);
    }
    .launcher.open {
      display: none;
    }
  }

  yingda-header {
    display: block;
    position: relative;
    z-index: 2;
  }
  .header {
    display: flex;
    align-items: center;
    gap: 0.25em;
    padding: 0.875em 0.625em 0.875em 1em;
    color: var(--on-accent);
    background: linear-gradient(120deg, color-mix(in oklab, var(--accent) 90%, white), var(--accent) 55%);
  }
  .header :focus-visible {
    outline-color: var(--on-accent);
    outline-offset: -0.125em;
  }
  .portrait {
    position: relative;
    width: 2.5em;
    height: 2.5em;
    margin-right: 0.5em;
    border-radius: 50%;
    display: grid;
    place-items: center;
    background: color-mix(in srgb, var(--on-accent) 18%, transparent);
  }
  .dot {
    position: absolute;
    right: 0;
    bottom: 0;
    width: 0.6875em;
    height: 0.6875em;
    border-radius: 50%;
    background: #5ee08a;
    box-shadow: 0 0 0 0.125em var(--accent);
  }
  .dot.away {
    background: #d5dbd9;
  }
  .heading {
    flex: 1;
    min-width: 0;
  }
  .heading h2 {
    font-weight: 620;
    line-height: 1.35;
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .heading p {
    font-size: 0.8125em;
    line-height: 1.4;
    color: color-mix(in srgb, var(--on-accent) 90%, transparent);
  }
  .round {
    width: 2.5em;
    height: 2.5em;
    border-radius: 50%;
    display: grid;
    place-items: center;
    transition: background 0.15s ease;
  }
  .round svg {
    width: 1.375em;
    height: 1.375em;
  }
  .header .round:hover,
  .round[aria-expanded="true"] {
    background: color-mix(in srgb, var(--on-accent) 16%, transparent);
  }

  .menu-anchor {
    position: relative;
  }
  .menu {
    position: absolute;
    top: calc(100% + 0.375em);
    right: 0;
    min-width: 12em;
    padding: 0.375em;
    border-radius: 0.875em;
    background: var(--surface);
    color: var(--text);
    box-shadow: var(--shadow);
    animation: rise 0.14s ease;
    transform-origin: 100% 0;
  }
  .menu button {
    display: flex;
    align-items: center;
    gap: 0.625em;
    width: 100%;
    min-height: 2.75em;
    padding: 0.375em 0.75em;
    border-radius: 0.625em;
    text-align: start;
    font-size: 0.9375em;
  }
  .menu button span {
    flex: 1;
  }
  .menu button svg {
    width: 1.25em;
    height: 1.25em;
    color: var(--accent-text);
  }
  .menu button:hover,
  .menu button:focus-visible {
    background: var(--accent-soft);
  }
  .menu :focus-visible {
    outline-color: var(--accent-text);
  }
  .menu-title {
    padding: 0.5em 0.9375em 0.125em;
    font-size: 0.8125em;
    color: var(--muted);
  }
  .menu-line {
    height: 1px;
    margin: 0.375em 0.75em;
    background: var(--line);
  }

  .banner {
    padding: 0.5em 1em;
    font-size: 0.8125em;
    text-align: center;
    color: var(--warn);
    background: var(--warn-soft);
    border-bottom: 1px solid color-mix(in srgb, var(--warn) 18%, transparent);
  }
  .drop {
    position: absolute;
    inset: 0.5em;
    z-index: 3;
    display: grid;
    place-items: center;
    border: 0.125em dashed var(--accent-text);
    border-radius: 0.875em;
    color: var(--accent-text);
    font-weight: 600;
    background: color-mix(in srgb, var(--surface) 90%, transparent);
    pointer-events: none;
  }

  .lightbox {
    width: 100vw;
    height: 100vh;
    height: 100dvh;
    max-width: none;
    max-height: none;
    margin: 0;
    padding: 3.5em 1em 1em;
    border: 0;
    background: none;
    color: #fff;
    overflow: hidden;
  }
  .lightbox[open] {
    display: grid;
    place-items: center;
  }
  .lightbox::backdrop {
    background: rgb(8 12 11 / 88%);
  }
  .lightbox > img,
  .lightbox > canvas {
    max-width: 100%;
    max-height: calc(100dvh - 4.5em);
    object-fit: contain;
    border-radius: 0.5em;
  }
  .lightbox-bar {
    position: absolute;
    top: calc(0.5em + env(safe-area-inset-top, 0px));
    right: calc(0.5em + env(safe-area-inset-right, 0px));
    display: flex;
    gap: 0.25em;
  }
  .lightbox :focus-visible {
    outline-color: #fff;
  }
  .lightbox .round:hover {
    background: rgb(255 255 255 / 16%);
  }
`;
