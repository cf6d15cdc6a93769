import { describe, expect, it } from "vitest";
import { charCount, fileSize, withoutControls } from "../src/format";
import { detect } from "../src/i18n";
import { linkify } from "../src/links";
import { asText, readableOn } from "../src/options";
import { Timeline, type MessageRow } from "../src/timeline";
import type { Event } from "../src/types";
import { message } from "./fakes";

describe("links", () => {
  const links = (words: string) => linkify(words).flatMap((piece) => piece.href ?? []);

  it("are found between Chinese words, without the punctuation behind them", () => {
    expect(linkify("详见https://a.example/x?y=1。谢谢")).toEqual([
      { text: "详见" },
      { text: "https://a.example/x?y=1", href: "https://a.example/x?y=1" },
      { text: "。谢谢" },
    ]);
    expect(links("(see https://a.example/b_(c)).")).toEqual(["https://a.example/b_(c)"]);
    expect(links("www.a.example, please")).toEqual(["https://www.a.example/"]);
  });

  it("are http or https and nothing else", () => {
    expect(links("javascript:alert(1) data:text/html,x ftp://a.example file:///etc")).toEqual([]);
  });

  it("leave every character of the text in place", () => {
    for (const words of ["https://", "a https://x.example b www.", "<img src=x onerror=alert(1)>", ""]) {
      expect(linkify(words).map((piece) => piece.text).join("")).toBe(words);
    }
  });
});

describe("texts", () => {
  it("lose the control characters that the server refuses", () => {
    expect(withoutControls("a\u0000b\u001b[1m\r\nc\td")).toBe("ab[1m\nc\td");
    expect(withoutControls("half \ud83d")).toBe("half \ufffd");
  });

  it("are counted as the server counts", () => {
    expect(charCount("好👍a")).toBe(3);
  });

  it("name sizes as people do", () => {
    expect([fileSize(0), fileSize(900), fileSize(1536), fileSize(20 * 1024 * 1024)]).toEqual(["0 B", "900 B", "1.5 KB", "20 MB"]);
  });

  it("come in the first language that is supported", () => {
    expect(detect([null, "fr", "zh-TW", "en"])).toBe("zh-CN");
    expect(detect(["fr"])).toBe("en");
  });

  it("can be read on the brand's colour", () => {
    expect(readableOn("#0d7466")).toBe("#ffffff");
    expect(readableOn("#fc0")).toBe("#10201d");
  });

  it("in the brand's colour are darkened or lightened until they can be read", () => {
    expect(asText("#0a4a42", "#000000", "#ffffff")).toBe("#0a4a42");
    expect(asText("#ffcc00", "#000000", "#ffffff")).toBe("#806600");
    expect(asText("#0a4a42", "#ffffff", "#1e2423")).toBe("#85a5a1");
  });
});

describe("the conversation", () => {
  const event = (seq: number, body: object) => ({ conversation_id: "c1", seq, at: "2026-01-05T08:00:00Z", ...body }) as Event;
  const messages = (rows: ReturnType<Timeline["rows"]>) => rows.filter((row): row is MessageRow => row.kind === "message");

  it("replaces the echo by the stored message and keeps its place on the page", () => {
    const timeline = new Timeline();
    const echo = { client_key: "k1", content: { type: "text" as const, text: "hi" }, at: 0, n: 0, state: "sent" as const };
    const before = messages(timeline.rows([echo], null));
    timeline.add([message(1, "customer", "k1")]);
    const after = messages(timeline.rows([echo], null));
    expect(before.map((row) => row.key)).toEqual(["k1"]);
    expect(after.map((row) => row.key)).toEqual(["k1"]);
  });

  it("puts older history in front, and every event once", () => {
    const timeline = new Timeline();
    timeline.add([message(5), message(6)]);
    timeline.add([message(3), message(4), message(5)]);
    expect(messages(timeline.rows([], null)).map((row) => row.seq)).toEqual([3, 4, 5, 6]);
  });

  it("knows who is in charge", () => {
    const timeline = new Timeline();
    expect(timeline.status()).toBeNull();
    timeline.add([event(1, { type: "opened", status: "bot" })]);
    expect(timeline.status()).toBe("bot");
    timeline.add([event(2, { type: "handed_over" }), event(3, { type: "status_changed", from: "bot", to: "queued" })]);
    expect(timeline.status()).toBe("queued");
  });

  it("shows that somebody joined, but not that nobody is assigned", () => {
    const timeline = new Timeline();
    timeline.add([
      event(1, { type: "assigned", user_id: null, team_id: "t" }),
      event(2, { type: "assigned", user_id: "u", team_id: null }),
    ]);
    expect(timeline.rows([], null)).toEqual([{ kind: "line", key: "e2", line: "assigned" }]);
  });
});
