/** A piece of a text: plain words, or an address that may be opened. */
export type Piece = { text: string; href?: string };

const CANDIDATE = /(?:https?:\/\/|www\.)[^\s<>"'`，。！？；：、（）《》「」『』【】“”‘’]+/giu;
const CLOSING: Record<string, string> = { ")": "(", "]": "[", "}": "{" };

/** Cuts a text at its web addresses. Only http and https become links; punctuation behind an address stays outside. */
export function linkify(text: string): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const shown = trimmed(match[0]);
    const href = safeAddress(/^www\./i.test(shown) ? `https://${shown}` : shown);
    if (!href) continue;
    if (match.index > done) pieces.push({ text: text.slice(done, match.index) });
    pieces.push({ text: shown, href });
    done = match.index + shown.length;
  }
  if (done < text.length) pieces.push({ text: text.slice(done) });
  return pieces;
}

/** The address in its normal form when it is http or https, otherwise nothing. */
export function safeAddress(address: string): string | undefined {
  try {
    const url = new URL(address);
    return (url.protocol === "http:" || url.protocol === "https:") && url.hostname !== "" ? url.href : undefined;
  } catch {
    return undefined;
  }
}

function trimmed(address: string): string {
  let end = address.length;
  while (end > 0) {
    const last = address[end - 1]!;
    const opening = CLOSING[last];
    if (opening) {
      const part = address.slice(0, end);
      if (part.split(opening).length >= part.split(last).length) break;
    } else if (!/[.,!?;:*_~]/.test(last)) break;
    end--;
  }
  return address.slice(0, end);
}
