import { Chat, type ChatEvents } from "./chat";
import { YingdaChat } from "./components/widget";
import { detect, nearest } from "./i18n";
import { readOptions } from "./options";
import { browserStore, Shelf } from "./storage";
import { watchPage } from "./tracker";
import type { Identity } from "./types";

/** The page's way to the widget: `window.Yingda`, there once `yingda:ready` was fired on `document`. */
export interface Yingda {
  /** Opens the chat; `draft` is put where the customer writes, unless they have begun to write something else. */
  open(options?: { draft?: string }): void;
  close(): void;
  /** Says who the customer is; `hmac` is made by the company's server with the inbox's secret. */
  identify(identity: Identity): void;
  /** Forgets the customer on this device, as when they sign out. */
  reset(): void;
  setLocale(locale: string): void;
  /**
   * Tells of something that the customer did on the page, such as `cart_idle`: a flow that waits for it may begin, within consent
   * and limits. `properties` is what the flow sees as `event`.
   */
  track(name: string, properties?: Record<string, unknown>): void;
  /** Listens to `open`, `close`, `message`, `unread` or `status`. Returns how to stop. */
  on<Name extends keyof ChatEvents>(event: Name, listener: (detail: ChatEvents[Name]) => void): () => void;
}

declare global {
  interface Window {
    Yingda?: Yingda;
  }
}

const PUBLIC_EVENTS: readonly (keyof ChatEvents)[] = ["open", "close", "message", "unread", "status"];
const IDENTITY_FIELDS = ["external_id", "name", "email", "phone", "hmac"] as const;

function begin(): void {
  const script =
    document.currentScript instanceof HTMLScriptElement
      ? document.currentScript
      : document.querySelector<HTMLScriptElement>("script[data-inbox]");
  const options = readOptions(script);
  if (!options || window.Yingda) return;

  const shelf = new Shelf(browserStore("localStorage"), options.inboxKey);
  const locale = detect([shelf.get("locale"), options.locale, document.documentElement.lang, ...navigator.languages]);
  const chat = new Chat({ root: options.root, inboxKey: options.inboxKey, locale }, shelf);
  const visit = new Shelf(browserStore("sessionStorage"), options.inboxKey);
  const element = new YingdaChat(chat, visit, options);

  window.addEventListener("online", () => chat.nudge());
  window.addEventListener("offline", () => chat.networkLost());
  window.addEventListener("focus", () => chat.seen());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") chat.nudge();
  });

  window.Yingda = {
    open: (options) => element.show(typeof options?.draft === "string" ? options.draft : undefined),
    close: () => element.hide(),
    identify: (identity) => {
      if (typeof identity?.external_id !== "string" || identity.external_id === "") {
        console.error("[yingda] identify() needs { external_id: \"…\" }");
        return;
      }
      // The server refuses fields that it does not know.
      const known = IDENTITY_FIELDS.filter((field) => typeof identity[field] === "string");
      chat.identify(Object.fromEntries(known.map((field) => [field, identity[field]])) as unknown as Identity);
    },
    reset: () => chat.reset(),
    setLocale: (wish) => {
      const supported = nearest(wish);
      if (supported) chat.setLocale(supported);
      else console.error(`[yingda] setLocale() takes "zh-CN" or "en", got ${JSON.stringify(wish)}`);
    },
    track: (name, properties) => {
      if (!chat.track(name, properties)) console.error(`[yingda] track() takes a name of a–z, 0–9 and _, and an object of at most 8,000 characters, got ${JSON.stringify(name)}`);
    },
    on: (event, listener) => {
      if (PUBLIC_EVENTS.includes(event)) return chat.events.on(event, listener);
      console.error(`[yingda] on() takes ${PUBLIC_EVENTS.join(", ")}, got ${JSON.stringify(event)}`);
      return () => undefined;
    },
  };

  const attach = () => {
    document.body.append(element);
    if (options.track.length > 0) watchPage(options.track, (name, properties) => chat.track(name, properties));
    document.dispatchEvent(new CustomEvent("yingda:ready"));
  };
  if (document.body) attach();
  else document.addEventListener("DOMContentLoaded", attach, { once: true });
}

begin();
