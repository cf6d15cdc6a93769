import { linkify, type Piece } from "./links";

/** A part of an answer: lines of words, or a list. */
export type Block = { kind: "words"; pieces: Piece[] } | { kind: "list"; start: number | null; items: Piece[][] };

const BULLET = /^\s*[-•·*]\s+(?=\S)/u;
const NUMBER = /^\s*(\d{1,3})(?:[.)]\s+|[、．）]\s*)(?=\S)/u;

/**
 * An answer as lists and lines. It stays text: nothing of it becomes markup but links and lists. Single lines with a dash or a
 * number are left as they are. `root` is the server, for the pages of its help centre.
 */
export function blocks(text: string, root: string): Block[] {
  const found: Block[] = [];
  let words: string[] = [];
  const flush = () => {
    const joined = words.join("\n").replace(/^\n+|\n+$/g, "");
    if (joined) found.push({ kind: "words", pieces: withPlaces(joined, root) });
    words = [];
  };
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; ) {
    const list = listAt(lines, at);
    if (!list) {
      words.push(lines[at++]!);
      continue;
    }
    flush();
    found.push({ kind: "list", start: list.start, items: list.items.map((item) => withPlaces(item, root)) });
    at = list.end;
  }
  flush();
  return found;
}

/** The list that begins at a line: at least two items of one kind, each of one line. */
function listAt(lines: string[], at: number): { start: number | null; items: string[]; end: number } | null {
  const ordered = NUMBER.exec(lines[at]!);
  if (!ordered && !BULLET.test(lines[at]!)) return null;
  const start = ordered ? Number(ordered[1]) : null;
  const items: string[] = [];
  let end = at;
  for (; end < lines.length; end++) {
    const line = lines[end]!;
    const mark = start === null ? BULLET.exec(line) : NUMBER.exec(line);
    if (!mark || (start !== null && Number(mark[1]) !== start + items.length)) break;
    items.push(line.slice(mark[0].length));
  }
  return items.length > 1 ? { start, items, end } : null;
}

const PLACE = /(?<=^|\s)\/help\/[a-z0-9-]{1,60}\/(?:zh|en)\/a\/[0-9A-Za-z]{22}(?:#[\w.~%-]*)?(?=$|\s)/gu;
/** Longest address that is shown whole. */
const LONGEST = 48;

/** Links, those to the server's own help centre too; `text` is then empty. */
function withPlaces(text: string, root: string): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (const match of text.matchAll(PLACE)) {
    if (match.index > done) pieces.push(...linkify(text.slice(done, match.index)));
    pieces.push({ text: "", href: new URL(match[0], root).href });
    done = match.index + match[0].length;
  }
  if (done < text.length) pieces.push(...linkify(text.slice(done)));
  return pieces.map((piece) => (piece.href && [...piece.text].length > LONGEST ? { ...piece, text: shortened(piece.text) } : piece));
}

/** Host and the beginning of the path: an encoded address says nothing to people. */
function shortened(address: string): string {
  return `${[...address.replace(/^https?:\/\//i, "")].slice(0, LONGEST - 1).join("")}…`;
}
