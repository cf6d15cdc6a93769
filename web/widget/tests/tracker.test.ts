import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { trackables } from "../src/options";
import { Tracker, watchPage } from "../src/tracker";

describe("events of the page", () => {
  function tracker(send: (name: string) => Promise<void> = async () => {}) {
    const told: string[] = [];
    const link = { ready: false };
    const one = new Tracker(
      async ({ name }) => {
        await send(name);
        told.push(name);
      },
      () => link.ready,
    );
    return { one, told, link };
  }

  it("wait until there is a connection, then go in order", async () => {
    const { one, told, link } = tracker();
    expect([one.track("page"), one.track("cart_idle", { items: 2 })]).toEqual([true, true]);
    await one.flush();
    expect(told).toEqual([]);
    link.ready = true;
    await one.flush();
    expect(told).toEqual(["page", "cart_idle"]);
  });

  it("that are refused do not hold up the others", async () => {
    const { one, told, link } = tracker(async (name) => {
      if (name === "bad") throw new Error("refused");
    });
    one.track("bad");
    one.track("good");
    link.ready = true;
    await one.flush();
    expect(told).toEqual(["good"]);
  });

  it("are dropped, the oldest first, when too many wait", async () => {
    const { one, told, link } = tracker();
    for (let at = 0; at < 30; at++) one.track(`e${at}`);
    link.ready = true;
    await one.flush();
    expect([told.length, told[0]]).toEqual([20, "e10"]);
  });

  it("of no name, or with what is no plain object, are not told", () => {
    const { one } = tracker();
    const round: Record<string, unknown> = {};
    round.self = round;
    const bad: [unknown, unknown][] = [["", {}], ["Page", {}], ["a".repeat(65), {}], [7, {}], ["page", round], ["page", [1]], ["page", { text: "x".repeat(9000) }]];
    expect(bad.map(([name, properties]) => one.track(name as string, properties as Record<string, unknown>))).toEqual(bad.map(() => false));
  });
});

describe("a page that is watched", () => {
  const page = { pathname: "/shop", visibilityState: "visible" };
  beforeEach(() => {
    vi.useFakeTimers();
    Object.assign(page, { pathname: "/shop", visibilityState: "visible" });
    vi.stubGlobal("location", page);
    vi.stubGlobal("document", { title: "Shop", get visibilityState() { return page.visibilityState; } });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("tells of itself once, and again when the site changes it without loading", () => {
    const told: unknown[] = [];
    const stop = watchPage(["page"], (name, { path }) => told.push([name, path]));
    vi.advanceTimersByTime(5000);
    page.pathname = "/basket";
    vi.advanceTimersByTime(200_000);
    stop();
    expect(told).toEqual([["page", "/shop"], ["page", "/basket"]]);
  });

  it("counts the time that somebody looks at it, not the time in the background", () => {
    const told: unknown[] = [];
    const stop = watchPage(["dwell"], (name, { seconds }) => told.push([name, seconds]));
    vi.advanceTimersByTime(20_000);
    page.visibilityState = "hidden";
    vi.advanceTimersByTime(600_000);
    expect(told).toEqual([]);
    page.visibilityState = "visible";
    vi.advanceTimersByTime(120_000);
    stop();
    expect(told).toEqual([["dwell", 30], ["dwell", 120]]);
  });

  it("is only told of what the script tag asks for", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    expect([trackables(undefined), trackables(""), trackables(" dwell , page"), trackables("page,keys")]).toEqual([[], [], ["page", "dwell"], ["page"]]);
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
  });
});
