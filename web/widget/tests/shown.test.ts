import { describe, expect, it } from "vitest";
import { charCount, fileSize, withoutControls } from "../src/format";
import { detect } from "../src/i18n";
import { blocks } from "../src/blocks";
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

describe("answers", () => {
  const root = "https://chat.example/";
  const shape = (text: string) =>
    blocks(text, root).map((block) =>
      block.kind === "words" ? block.pieces.map((piece) => piece.text).join("") : { start: block.start, items: block.items.map((item) => item.map((piece) => piece.text).join("")) },
    );

  it("keep their lists", () => {
    expect(shape("可以这样：\n\n- 七天内\n- 未使用\n\n再见")).toEqual(["可以这样：", { start: null, items: ["七天内", "未使用"] }, "再见"]);
    expect(shape("2. open\n3. press")).toEqual([{ start: 2, items: ["open", "press"] }]);
    expect(shape("1、打开\n2、点“取消”")).toEqual([{ start: 1, items: ["打开", "点“取消”"] }]);
  });

  it("are left alone where a line only looks like an item", () => {
    for (const text of ["- 5 度", "1. only one", "3. a\n5. b", "1.5 升\n2.5 升", "7*24 小时", "<ul><li>x</li></ul>"]) expect(shape(text)).toEqual([text]);
  });

  it("lead to the help centre of this server and to nothing else of it", () => {
    const links = (text: string) => blocks(text, root).flatMap((block) => (block.kind === "words" ? block.pieces : block.items.flat())).flatMap((piece) => piece.href ?? []);
    const page = "/help/demo/zh/a/0123456789abcdefABCDEF";
    expect(links(`来源：《退货》 ${page}#%E9%80%80%E8%B4%A7`)).toEqual([`https://chat.example${page}#%E9%80%80%E8%B4%A7`]);
    expect(links("/help/demo/zh/a/x /api/v1/files /help/../x")).toEqual([]);
    expect(links(`//evil.example${page}`)).toEqual([]);
  });

  it("shorten addresses that nobody can read", () => {
    const [block] = blocks(`https://help.example.com/zh/a/${"x".repeat(60)}`, root);
    expect(block?.kind === "words" && block.pieces[0]).toMatchObject({ text: expect.stringMatching(/^help\.example\.com\/zh\/a\/x+…$/u), href: expect.stringMatching(/x{60}$/u) });
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
