import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ArticleFinder } from "../src/articles";
import type { Suggestion } from "../src/types";

const article = (title: string): Suggestion => ({ entry_id: title, title, snippet: "", url: `https://a.example/${title}`, lang: "en" });

describe("articles", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function finder(answers: Record<string, Suggestion[] | Promise<Suggestion[]>>) {
    const asked: string[] = [];
    const shown: string[][] = [];
    const articles = new ArticleFinder(
      async (text) => {
        asked.push(text);
        const answer = answers[text];
        if (!answer) throw new Error("unreachable");
        return answer;
      },
      () => shown.push(articles.found.map((found) => found.title)),
    );
    return { articles, asked, shown };
  }

  it("are looked for once the customer pauses, and three are shown", async () => {
    const { articles, asked, shown } = finder({ 退货: ["a", "b", "c", "d"].map(article) });
    articles.typed("退");
    articles.typed("退货");
    articles.typed(" 退货 ");
    expect(asked).toEqual([]);
    await vi.runAllTimersAsync();
    expect(asked).toEqual(["退货"]);
    expect(shown).toEqual([["a", "b", "c"]]);
    articles.typed("退货");
    await vi.runAllTimersAsync();
    expect(asked).toHaveLength(1);
  });

  it("of an older question do not replace those of a newer one", async () => {
    let late: (found: Suggestion[]) => void = () => {};
    const { articles } = finder({ first: new Promise((resolve) => (late = resolve)), second: [article("s")] });
    articles.typed("first");
    await vi.runAllTimersAsync();
    articles.typed("second");
    await vi.runAllTimersAsync();
    late([article("f")]);
    await vi.runAllTimersAsync();
    expect(articles.found.map((found) => found.title)).toEqual(["s"]);
  });

  it("go with the text, and stay away once dismissed", async () => {
    const { articles, asked, shown } = finder({ hello: [article("h")] });
    articles.typed("hello");
    await vi.runAllTimersAsync();
    articles.typed("");
    expect(shown).toEqual([["h"], []]);
    articles.dismiss();
    articles.typed("hello");
    await vi.runAllTimersAsync();
    expect(asked).toHaveLength(1);
  });

  it("that cannot be had are not missed", async () => {
    const { articles, shown } = finder({});
    articles.typed("hello");
    await vi.runAllTimersAsync();
    expect(shown).toEqual([]);
  });
});
