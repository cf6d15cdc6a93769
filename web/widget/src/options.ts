import { safeAddress } from "./links";
import { TRACKABLE, type Trackable } from "./tracker";

/** What the script tag says. */
export interface Options {
  /** Where the server lives, with a slash at the end. */
  root: string;
  inboxKey: string;
  locale: string | undefined;
  /** The brand's colour as `#rgb` or `#rrggbb`. */
  color: string | undefined;
  position: "left" | "right";
  /** What is told of the page, for flows that begin by themselves; nothing unless the tag asks for it. */
  track: Trackable[];
}

/** Reads the tag that loaded this script; says on the console what is wrong with it. */
export function readOptions(script: HTMLScriptElement | null): Options | null {
  if (!script?.src || !safeAddress(script.src)) {
    console.error("[yingda] the script tag was not found: load yingda.js with <script src=… data-inbox=… async>");
    return null;
  }
  const { inbox, locale, color, position, track } = script.dataset;
  if (!inbox) {
    console.error('[yingda] the script tag has no inbox: add data-inbox="…" with the key from the console');
    return null;
  }
  if (color !== undefined && !isColor(color)) {
    console.warn(`[yingda] data-color must look like #0f766e, got ${JSON.stringify(color)}: the default is used`);
  }
  return {
    // The script is served as ROOT/widget/yingda.js.
    root: new URL("..", script.src).href,
    inboxKey: inbox,
    locale,
    color: color !== undefined && isColor(color) ? color : undefined,
    position: position === "left" ? "left" : "right",
    track: trackables(track),
  };
}

/** Reads `page,dwell`; says on the console what it does not know. */
export function trackables(wish: string | undefined): Trackable[] {
  const words = (wish ?? "").split(",").map((word) => word.trim()).filter((word) => word !== "");
  const unknown = words.filter((word) => !TRACKABLE.some((known) => known === word));
  if (unknown.length > 0) console.warn(`[yingda] data-track takes ${TRACKABLE.join(", ")}, got ${JSON.stringify(unknown.join(", "))}`);
  return TRACKABLE.filter((known) => words.includes(known));
}

function isColor(color: string): boolean {
  return /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(color);
}

/** White or near-black, whichever is easier to read on `color`. */
export function readableOn(color: string): string {
  return contrast(rgb(color), WHITE) >= ENOUGH ? "#ffffff" : "#10201d";
}

/** `color` as text: mixed with `towards` until it can be read on `ground` (all `#rgb` or `#rrggbb`). */
export function asText(color: string, towards: string, ground: string): string {
  const [from, to, behind] = [rgb(color), rgb(towards), rgb(ground)];
  let mixed = from;
  for (let share = 0; share <= 1 && contrast(mixed, behind) < COMFORTABLE; share += 0.05) {
    mixed = from.map((value, at) => value + (to[at]! - value) * share);
  }
  return `#${mixed.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;
}

const WHITE = [255, 255, 255];
/** WCAG 2.2, contrast (minimum), and somewhat more for text on tinted grounds. */
const ENOUGH = 4.5;
const COMFORTABLE = 5.5;

function rgb(color: string): number[] {
  const hex = color.length === 4 ? color.replace(/[0-9a-f]/gi, "$&$&") : color;
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/** Contrast ratio as WCAG 2.2 defines it, 1 to 21. */
function contrast(a: number[], b: number[]): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: number[]): number {
  const [r, g, b] = color.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
