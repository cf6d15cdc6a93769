import { describe, expect, it, vi } from "vitest";
import { Consent, type ConsentAnswer, type ConsentWording, shown } from "../src/consent";
import { Shelf } from "../src/storage";
import { Timeline } from "../src/timeline";
import type { Event, SenderKind } from "../src/types";

const CART = { name: "cart_idle", properties: { items: 2 } };
const ASKED = shown("en", "May we write?", "At any time");
const DAY_MS = 24 * 60 * 60 * 1000;

function customer(said: ConsentAnswer) {
  const desk = { consent: vi.fn(async () => said), say: vi.fn(async (answer: ConsentAnswer, _wording: ConsentWording) => answer) };
  const allowed = vi.fn();
  const clock = { now: 1_000_000 };
  const consent = new Consent(desk, new Shelf(undefined, "shop"), { changed: () => undefined, allowed }, () => clock.now);
  return { consent, desk, allowed, clock };
}

describe("consent", () => {
  it("is asked for where a message came unasked, of whoever has not said anything", async () => {
    for (const [said, wanted] of [["unknown", true], ["yes", false], ["no", false]] as const) {
      const { consent } = customer(said);
      expect(consent.wanted(true), "before it is known").toBe(false);
      await consent.learn();
      expect([consent.wanted(true), consent.wanted(false)], said).toEqual([wanted, false]);
    }
  });

  it("brings what was kept back for lack of it", async () => {
    const { consent, desk, allowed } = customer("unknown");
    await consent.lacking(CART);
    expect(consent.wanted(false)).toBe(true);
    await consent.say("yes", ASKED);
    expect(desk.say).toHaveBeenCalledWith("yes", { text: "May we write?\nAt any time", version: "en 1" });
    expect(allowed).toHaveBeenCalledWith(CART);
    expect([consent.answer, consent.wanted(true)]).toEqual(["yes", false]);
  });

  it("is not asked for again after never, and after not now in a week", async () => {
    const never = customer("unknown");
    await never.consent.lacking(CART);
    await never.consent.say("no", ASKED);
    expect(never.allowed).not.toHaveBeenCalled();
    await never.consent.lacking(CART);
    expect(never.consent.wanted(true)).toBe(false);

    const later = customer("unknown");
    await later.consent.lacking(CART);
    later.consent.later();
    expect(later.desk.say).not.toHaveBeenCalled();
    later.clock.now += 6 * DAY_MS;
    expect(later.consent.wanted(true)).toBe(false);
    later.clock.now += 2 * DAY_MS;
    expect(later.consent.wanted(true)).toBe(true);
  });

  it("that was not noted is asked for still", async () => {
    const { consent, desk } = customer("unknown");
    await consent.learn();
    desk.say.mockRejectedValueOnce(new Error("unreachable"));
    await consent.say("yes", ASKED);
    expect([consent.answer, consent.wanted(true)]).toEqual(["unknown", true]);
  });
});

describe("who spoke first", () => {
  const timeline = (...kinds: (SenderKind | "opened" | "reopened")[]) => {
    const one = new Timeline();
    one.add(
      kinds.map((kind, at): Event => {
        const event = { conversation_id: "c", seq: at + 1, at: "2026-11-22T00:00:00Z" };
        if (kind === "opened") return { ...event, type: "opened", status: "bot" };
        if (kind === "reopened") return { ...event, type: "reopened" };
        return { ...event, type: "message", message: { id: `m${at}`, seq: at + 1, sender: kind, content: { type: "text", text: "" }, created_at: event.at } };
      }),
    );
    return one.spokenTo();
  };

  it("is the assistant where nothing of the customer comes before", () => {
    expect(timeline("opened", "bot")).toBe(true);
    expect(timeline("opened", "customer", "bot", "reopened", "bot")).toBe(true);
    expect(timeline("opened", "customer", "bot")).toBe(false);
    expect(timeline("opened", "bot", "customer")).toBe(false);
    expect(timeline("opened", "agent")).toBe(false);
    expect(timeline("opened")).toBe(false);
    expect(timeline()).toBe(false);
  });
});
