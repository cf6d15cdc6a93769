import { css } from "lit";

/** The conversation. */
export const messages = css`
  yingda-messages {
    position: relative;
    display: block;
    flex: 1;
    min-height: 0;
    background: var(--ground);
  }
  .scroller {
    height: 100%;
    overflow-y: auto;
    overflow-x: hidden;
    overscroll-behavior: contain;
    overflow-anchor: none;
    scrollbar-width: thin;
    scrollbar-color: color-mix(in srgb, var(--muted) 40%, transparent) transparent;
  }
  .scroller:focus-visible {
    outline-offset: -0.1875em;
  }
  .rows {
    display: flow-root;
    padding: 1em 0.875em 0.5em;
  }

  .line,
  .system {
    margin: 0.75em auto;
    font-size: 0.78125em;
    line-height: 1.5;
    text-align: center;
    color: var(--muted);
  }
  .line.note {
    margin-top: 0;
  }
  .line.day {
    margin: 1.25em 0 0.75em;
    font-variant-numeric: tabular-nums;
  }
  .line[data-line] {
    display: flex;
    align-items: center;
    gap: 0.875em;
    animation: appear 0.2s ease;
  }
  .line[data-line]::before,
  .line[data-line]::after {
    content: "";
    flex: 1;
    height: 1px;
    background: var(--line);
  }
  .system {
    width: fit-content;
    max-width: 88%;
    padding: 0.375em 0.875em;
    border-radius: 1em;
    white-space: pre-line;
    background: color-mix(in srgb, var(--muted) 12%, transparent);
  }

  .msg {
    display: flex;
    align-items: flex-end;
    gap: 0.5em;
    margin-top: 0.25em;
    animation: appear 0.2s ease;
  }
  .msg.first {
    margin-top: 0.75em;
  }
  .msg.own {
    justify-content: flex-end;
  }
  @keyframes appear {
    from {
      opacity: 0;
      transform: translateY(0.375em);
    }
  }
  .avatar {
    flex: none;
    width: 1.875em;
    height: 1.875em;
    border-radius: 50%;
    display: grid;
    place-items: center;
    align-self: flex-end;
    margin-bottom: 1.5em;
  }
  .msg:not(:has(.meta)) .avatar {
    margin-bottom: 0;
  }
  .avatar svg {
    width: 1.1875em;
    height: 1.1875em;
  }
  .msg.last .avatar {
    color: var(--accent-text);
    background: var(--accent-soft);
    box-shadow: inset 0 0 0 1px var(--accent-line);
  }
  .msg.last .avatar.agent {
    color: var(--on-accent);
    background: var(--accent);
    box-shadow: none;
  }
  .stack {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    position: relative;
    min-width: 0;
    max-width: 80%;
  }
  .own .stack {
    align-items: flex-end;
  }
  .who {
    margin: 0 0 0.25em 0.25em;
    font-size: 0.78125em;
    line-height: 1.4;
    color: var(--muted);
  }
  .meta {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 0.375em;
    min-height: 1.8em;
    margin: 0.125em 0.25em 0;
    font-size: 0.71875em;
    line-height: 1.8;
    color: var(--muted);
    font-variant-numeric: tabular-nums;
  }
  .meta svg {
    width: 1.25em;
    height: 1.25em;
  }
  .state {
    display: inline-flex;
    align-items: center;
    gap: 0.25em;
  }
  [data-state="read"] .state {
    color: var(--accent-text);
  }
  .meta.failed {
    color: var(--danger);
    justify-content: flex-end;
    font-size: 0.78125em;
  }
  .meta .inline {
    min-height: 1.6em;
    min-width: 1.6em;
  }

  .bubble {
    max-width: 100%;
    padding: 0.5625em 0.875em;
    border-radius: 1.125em;
    background: var(--surface);
    box-shadow: var(--bubble-shadow);
    font-size: 0.9375em;
    white-space: pre-wrap;
    unicode-bidi: plaintext;
    text-align: start;
  }
  .bubble .words {
    display: block;
  }
  .bubble :is(ul, ol) {
    margin: 0.25em 0;
    padding-inline-start: 1.35em;
    white-space: normal;
  }
  .bubble li + li {
    margin-block-start: 0.2em;
  }
  .theirs .bubble {
    border-bottom-left-radius: 0.3125em;
  }
  .theirs:not(.first) .bubble {
    border-top-left-radius: 0.3125em;
  }
  .own .bubble {
    color: var(--on-accent);
    background: var(--accent);
    border-bottom-right-radius: 0.3125em;
  }
  .own:not(.first) .bubble {
    border-top-right-radius: 0.3125em;
  }
  .own[data-state="sending"] .bubble,
  .own[data-state="failed"] .bubble {
    background: color-mix(in oklab, var(--accent) 82%, var(--ground));
  }
  .bubble a {
    color: var(--accent-text);
    text-underline-offset: 0.2em;
    text-decoration-thickness: 0.0625em;
    border-radius: 0.1875em;
  }
  .own .bubble a {
    color: inherit;
  }
  .own .bubble a:focus-visible {
    outline-color: var(--on-accent);
  }
  .muted {
    color: var(--muted) !important;
    background: color-mix(in srgb, var(--muted) 12%, transparent) !important;
    box-shadow: none;
  }

  .choices {
    display: flex;
    flex-direction: column;
    align-items: stretch;
    gap: 0.375em;
    width: 100%;
    margin-top: 0.5em;
  }
  .choice {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 0.5em;
    min-height: 2.75em;
    padding: 0.4375em 0.875em;
    border: 1px solid var(--accent-line);
    border-radius: 0.875em;
    font-size: 0.9375em;
    line-height: 1.4;
    text-align: start;
    color: var(--accent-text);
    background: var(--surface);
    transition: background 0.15s ease, border-color 0.15s ease;
  }
  .choice.chosen {
    background: var(--accent-soft);
    border-color: var(--accent-text);
  }
  @media (hover: hover) {
    .choice:hover {
      background: var(--accent-soft);
      border-color: var(--accent-text);
    }
  }
  .choice svg {
    width: 1.125em;
    height: 1.125em;
  }

  .card {
    width: 16em;
    max-width: 100%;
    overflow: hidden;
    border-radius: 1.125em;
    background: var(--surface);
    box-shadow: var(--bubble-shadow);
    font-size: 0.9375em;
  }
  .card img {
    display: block;
    width: 100%;
    aspect-ratio: 16 / 10;
    object-fit: cover;
    background: var(--line);
  }
  .card-body {
    padding: 0.75em 0.875em;
  }
  .card-title {
    font-weight: 600;
    line-height: 1.4;
  }
  .card-text {
    margin-top: 0.25em;
    font-size: 0.9333em;
    color: var(--muted);
    white-space: pre-wrap;
  }
  .card-link {
    display: flex;
    align-items: center;
    justify-content: space-between;
    margin: 0.75em -0.875em -0.75em;
    padding: 0.625em 0.875em;
    border-top: 1px solid var(--line);
    color: var(--accent-text);
    font-weight: 500;
    text-decoration: none;
  }
  .card-link:hover {
    background: var(--accent-soft);
  }
  .card-link:focus-visible {
    outline-offset: -0.1875em;
  }
  .card-link svg {
    width: 1.125em;
    height: 1.125em;
  }

  .picture {
    display: block;
    max-width: min(100%, 15em);
    overflow: hidden;
    border-radius: 1.125em;
    box-shadow: inset 0 0 0 1px var(--line);
    cursor: zoom-in;
  }
  .picture.loading {
    width: 13em;
    height: 9.5em;
    background: var(--line);
    cursor: default;
    animation: breathe 1.4s ease-in-out infinite alternate;
  }
  .picture img,
  .picture canvas {
    display: block;
    min-width: 4em;
    max-width: 100%;
    max-height: 15em;
    object-fit: contain;
  }
  @keyframes breathe {
    to {
      opacity: 0.5;
    }
  }
  yingda-picture,
  yingda-file {
    display: flex;
    max-width: 100%;
  }
  .own yingda-picture {
    justify-content: flex-end;
  }
  yingda-voice {
    display: flex;
    flex-direction: column;
    gap: 0.375em;
    width: 16em;
  }
  .voice-label {
    font-size: 0.9333em;
  }
  audio {
    width: 100%;
    height: 2.5em;
  }
  .file {
    position: relative;
    display: flex;
    align-items: center;
    gap: 0.75em;
    min-width: 11em;
    overflow: hidden;
  }
  .file-icon {
    flex: none;
    display: grid;
    place-items: center;
    width: 2.375em;
    height: 2.375em;
    border-radius: 0.625em;
    color: var(--accent-text);
    background: var(--accent-soft);
  }
  .own .file-icon {
    color: inherit;
    background: color-mix(in srgb, var(--on-accent) 18%, transparent);
  }
  .file-words {
    display: flex;
    flex-direction: column;
    min-width: 0;
    line-height: 1.4;
  }
  .file-size {
    font-size: 0.8em;
    opacity: 0.85;
    min-height: 1.4em;
  }
  .progress {
    position: absolute;
    inset: auto 0 0;
    height: 0.25em;
    background: color-mix(in srgb, var(--on-accent) 25%, transparent);
  }
  .progress > div {
    height: 100%;
    background: var(--on-accent);
    transition: width 0.2s linear;
  }

  [data-testid="typing"] .avatar {
    margin-bottom: 0;
  }
  .dots {
    display: flex;
    align-items: center;
    gap: 0.3125em;
    min-height: 2.5em;
  }
  .dots i {
    width: 0.4375em;
    height: 0.4375em;
    border-radius: 50%;
    background: var(--muted);
    animation: wave 1.2s ease-in-out infinite;
  }
  .dots i:nth-of-type(2) {
    animation-delay: 0.15s;
  }
  .dots i:nth-of-type(3) {
    animation-delay: 0.3s;
  }
  @keyframes wave {
    0%,
    60%,
    100% {
      opacity: 0.4;
      transform: none;
    }
    30% {
      opacity: 1;
      transform: translateY(-0.25em);
    }
  }

  .consent {
    margin: 0.75em 0 0.25em 2.375em;
    padding: 0.625em 0.75em;
    border: 1px solid var(--line);
    border-radius: 0.75em;
    font-size: 0.8125em;
    color: var(--text);
  }
  .consent p {
    margin: 0;
  }
  .consent .hint {
    color: var(--muted);
  }
  .answers {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5em;
    margin-top: 0.5em;
  }
  .answers button {
    min-height: 2.25em;
    padding: 0 0.875em;
    border: 1px solid var(--line);
    border-radius: 1.125em;
    font: inherit;
    color: var(--text);
    background: transparent;
  }
  .answers .yes {
    border-color: var(--accent-text);
    color: var(--accent-text);
  }

  .to-newest {
    position: absolute;
    bottom: 0.625em;
    left: 50%;
    display: flex;
    align-items: center;
    gap: 0.25em;
    min-height: 2.5em;
    min-width: 2.5em;
    justify-content: center;
    padding: 0 0.5em;
    border-radius: 1.25em;
    transform: translateX(-50%);
    font-size: 0.875em;
    color: var(--accent-text);
    background: var(--surface);
    box-shadow: var(--shadow);
  }
  .to-newest.unseen {
    padding: 0 0.75em 0 1em;
    color: var(--on-accent);
    background: var(--accent);
  }
`;
