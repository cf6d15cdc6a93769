import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Outbox } from "../src/queue";
import { Shelf } from "../src/storage";
import { FakeStore, text } from "./fakes";

function outbox(store: Storage | undefined, prefix = "k"): Outbox {
  let keys = 0;
  return new Outbox(new Shelf(store, "shop"), () => `${prefix}${++keys}`);
}
const keys = (box: Outbox) => box.all.map((item) => item.client_key);

beforeEach(() => void vi.useFakeTimers({ now: new Date("2026-01-05T08:00:00Z") }));
afterEach(() => void vi.useRealTimers());

describe("the outbox", () => {
  it("gives back after a reload what was waiting, in order, even within one millisecond", () => {
    const store = new FakeStore();
    const before = outbox(store);
    for (let i = 0; i < 12; i++) before.add(text(`message ${i}`));
    expect(keys(outbox(store))).toEqual(keys(before));
  });

  it("keeps the order when the clock is set back", () => {
    const store = new FakeStore();
    outbox(store).add(text("first"));
    vi.setSystemTime(new Date("2026-01-05T07:00:00Z"));
    outbox(store, "later").add(text("second"));
    expect(keys(outbox(store))).toEqual(["k1", "later1"]);
  });

  it("forgets on disk what was acknowledged, and shows it until it comes back", () => {
    const store = new FakeStore();
    const box = outbox(store);
    box.add(text("one"));
    box.acknowledge("k1");
    expect(box.head()).toBeUndefined();
    expect(keys(box)).toEqual(["k1"]);
    expect(store.length).toBe(0);
    box.settle("k1");
    expect(keys(box)).toEqual([]);
  });

  it("does not overwrite what another tab is sending", () => {
    const store = new FakeStore();
    const one = outbox(store, "a");
    const two = outbox(store, "b");
    one.add(text("from one tab"));
    two.add(text("from the other"));
    expect(keys(outbox(store))).toEqual(["a1", "b1"]);
  });

  it("sends a failed message again behind the others, with its old key", () => {
    const box = outbox(new FakeStore());
    box.add(text("one"));
    box.add(text("two"));
    box.refuse("k1", { code: "bad_content" });
    expect(box.head()?.client_key).toBe("k2");
    box.retry("k1");
    expect(keys(box)).toEqual(["k2", "k1"]);
    expect(box.all[1]?.state).toBe("waiting");
  });

  it("asks before it sends what was written more than a day ago", () => {
    const store = new FakeStore();
    outbox(store).add(text("old"));
    vi.setSystemTime(new Date("2026-01-06T09:00:00Z"));
    expect(outbox(store).all[0]).toMatchObject({ state: "failed", problem: { code: "stale" } });
  });

  it("throws away what is damaged", () => {
    const store = new FakeStore();
    store.setItem("yingda:shop:out:x", "{");
    store.setItem("yingda:shop:out:y", '{"client_key":1}');
    expect(keys(outbox(store))).toEqual([]);
    expect(store.length).toBe(0);
  });

  it("works without a store", () => {
    const box = outbox(undefined);
    box.add(text("one"));
    expect(box.head()?.client_key).toBe("k1");
  });

  it("works with a store that refuses", () => {
    const store = new FakeStore();
    store.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
    const box = outbox(store);
    box.add(text("one"));
    expect(box.head()?.client_key).toBe("k1");
  });
});
