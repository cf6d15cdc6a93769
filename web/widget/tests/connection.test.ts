import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../src/types";
import { FakeStore, message, unreachable, Visit } from "./fakes";

const tick = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

async function live(store?: Storage, prefix?: string): Promise<Visit> {
  const visit = new Visit(store, prefix);
  visit.connection.start();
  await tick();
  visit.wire.welcome();
  return visit;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(1);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("receiving", () => {
  it("says hello with the token and the newest event it has", async () => {
    const visit = new Visit();
    visit.prepare = async () => ({ token: "secret", conversationId: "c1", seq: 7 });
    visit.connection.start();
    await tick();
    visit.wire.welcome(7);
    expect(visit.wire.hello).toEqual({ type: "hello", token: "secret", last_seq: 7 });
    expect(visit.connection.linkState).toBe("live");
  });

  it("resumes after a lost line where it stopped", async () => {
    const visit = await live();
    visit.wire.say({ type: "event", prev: 0, event: message(1) });
    visit.wire.say({ type: "event", prev: 1, event: message(3) });
    visit.wire.drop();
    await tick(500);
    expect(visit.wires).toHaveLength(2);
    visit.wire.welcome(5);
    expect(visit.wire.hello).toMatchObject({ last_seq: 3 });
    visit.wire.say({ type: "event", prev: 3, event: message(5) });
    expect(visit.seen).toEqual([1, 3, 5]);
  });

  it("shows an event once however often it comes", async () => {
    const visit = await live();
    visit.wire.say({ type: "event", prev: 0, event: message(1) });
    visit.wire.say({ type: "event", prev: 0, event: message(1) });
    expect(visit.seen).toEqual([1]);
  });

  it("notices a gap, shows nothing behind it, and fetches what is missing", async () => {
    const visit = await live();
    visit.wire.say({ type: "event", prev: 0, event: message(1) });
    const first = visit.wire;
    first.say({ type: "event", prev: 2, event: message(3) });
    expect(first.closed).toBe(true);
    expect(visit.seen).toEqual([1]);
    await tick(500);
    visit.wire.welcome(3);
    expect(visit.wire.hello).toMatchObject({ last_seq: 1 });
    visit.wire.say({ type: "event", prev: 1, event: message(2) });
    visit.wire.say({ type: "event", prev: 2, event: message(3) });
    expect(visit.seen).toEqual([1, 2, 3]);
  });

  it("does not take private events between two public ones for a gap", async () => {
    const visit = new Visit();
    // The newest event it knows of may be newer than the public one that the server names.
    visit.prepare = async () => ({ token: "t", conversationId: "c1", seq: 6 });
    visit.connection.start();
    await tick();
    visit.wire.welcome(6);
    visit.wire.say({ type: "event", prev: 4, event: message(9) });
    expect(visit.seen).toEqual([9]);
  });

  it("ignores frames that it does not understand", async () => {
    const visit = await live();
    visit.wire.onmessage?.({ data: "not json" });
    visit.wire.say({ type: "from_the_future" });
    visit.wire.say({ type: "event", prev: "x", event: null });
    expect(visit.connection.linkState).toBe("live");
  });

  it("begins anew when the conversation is another one", async () => {
    const visit = await live();
    visit.wire.say({ type: "event", prev: 0, event: message(1) });
    visit.wire.say({ type: "event", prev: 1, event: { ...message(2), conversation_id: "c2" } });
    await tick();
    expect(visit.prepares).toBe(2);
    expect(visit.seen).toEqual([1]);
  });
});

describe("sending", () => {
  it("sends one message at a time, in the order in which they were written", async () => {
    const visit = await live();
    visit.write("one");
    visit.write("two");
    expect(visit.wire.texts).toEqual(["one"]);
    visit.wire.ack("k1", 1);
    expect(visit.wire.texts).toEqual(["one", "two"]);
  });

  it("keeps what was written offline and sends it in order when the line is back", async () => {
    const visit = await live();
    visit.wire.drop();
    visit.write("one");
    visit.write("two");
    await tick(500);
    visit.wire.welcome();
    visit.wire.ack("k1", 1);
    visit.wire.ack("k2", 2);
    expect(visit.wire.texts).toEqual(["one", "two"]);
    expect(visit.left).toEqual(["k1 sent", "k2 sent"]);
  });

  it("sends again with the same key what was not acknowledged", async () => {
    const visit = await live();
    visit.write("one");
    visit.wire.drop();
    await tick(500);
    visit.wire.welcome();
    expect(visit.wire.keys).toEqual(["k1"]);
    visit.wire.ack("k1", 1, true);
    expect(visit.left).toEqual(["k1 sent"]);
  });

  it("takes a second acknowledgement of the same message calmly", async () => {
    const visit = await live();
    visit.write("one");
    visit.write("two");
    visit.wire.ack("k1", 1);
    visit.wire.ack("k1", 1, true);
    expect(visit.wire.texts).toEqual(["one", "two"]);
    expect(visit.left).toEqual(["k1 sent", "k2 waiting"]);
  });

  it("takes its own message coming back for an acknowledgement", async () => {
    const visit = await live();
    visit.write("one");
    visit.write("two");
    visit.wire.say({ type: "event", prev: 0, event: message(1, "customer", "k1") });
    expect(visit.left).toEqual(["k2 waiting"]);
    expect(visit.wire.texts).toEqual(["one", "two"]);
  });

  it("takes a line on which nothing is acknowledged for dead", async () => {
    const visit = await live();
    visit.write("one");
    const first = visit.wire;
    await tick(10_500);
    expect(first.closed).toBe(true);
    visit.wire.welcome();
    expect(visit.wire.keys).toEqual(["k1"]);
  });

  it("marks a refused message as failed and goes on with the next", async () => {
    const visit = await live();
    visit.write("bad");
    visit.write("good");
    visit.wire.say({ type: "refused", client_key: "k1", problem: { code: "bad_content" } });
    expect(visit.left).toEqual(["k1 failed", "k2 waiting"]);
    expect(visit.wire.texts).toEqual(["bad", "good"]);
  });

  it("waits when it was too fast, and then keeps the order", async () => {
    const visit = await live();
    visit.write("one");
    visit.write("two");
    visit.wire.say({ type: "refused", client_key: "k1", problem: { code: "rate_limited" } });
    expect(visit.wire.texts).toEqual(["one"]);
    await tick(5_000);
    expect(visit.wire.texts).toEqual(["one", "one"]);
    visit.wire.ack("k1", 1);
    expect(visit.wire.texts).toEqual(["one", "one", "two"]);
  });

  it("sends after a reload what was waiting, with the same keys and in order", async () => {
    const store = new FakeStore();
    const before = await live(store);
    before.wire.drop();
    before.write("one");
    before.write("two");
    before.connection.stop();

    const after = await live(store, "other");
    after.wire.ack("k1", 1);
    after.wire.ack("k2", 2);
    expect(after.wire.texts).toEqual(["one", "two"]);
    expect(after.wire.keys).toEqual(["k1", "k2"]);
    expect(new Visit(store).left).toEqual([]);
  });
});

describe("the line", () => {
  it("waits longer after each failure, up to half a minute", async () => {
    const visit = new Visit();
    visit.prepare = () => Promise.reject(unreachable());
    visit.connection.start();
    await tick();
    const waits: number[] = [];
    for (let at = 0, known = 1; at < 120_000; at += 500) {
      await tick(500);
      if (visit.prepares > known) {
        waits.push(at + 500);
        known = visit.prepares;
      }
    }
    expect(waits.map((at, i) => at - (waits[i - 1] ?? 0)).slice(0, 8)).toEqual([500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]);
    expect(visit.connection.linkState).toBe("offline");
  });

  it("does not let a customer wait longer than five seconds who has written something", async () => {
    const visit = new Visit();
    visit.prepare = () => Promise.reject(unreachable());
    visit.connection.start();
    await tick(70_000);
    const before = visit.prepares;
    visit.write("hello?");
    await tick();
    expect(visit.prepares).toBe(before + 1);
    await tick(10_000);
    expect(visit.prepares).toBe(before + 3);
  });

  it("tries at once when the browser is online again", async () => {
    const visit = await live();
    visit.connection.networkLost();
    expect(visit.connection.linkState).toBe("offline");
    visit.connection.nudge();
    await tick();
    visit.wire.welcome();
    expect(visit.wires).toHaveLength(2);
    expect(visit.connection.linkState).toBe("live");
  });

  it("pings, and gives up a line that does not answer", async () => {
    const visit = await live();
    const first = visit.wire;
    await tick(20_000);
    expect(first.received.at(-1)).toEqual({ type: "ping" });
    first.say({ type: "pong" });
    await tick(20_000);
    expect(first.closed).toBe(false);
    await tick(8_000);
    expect(first.closed).toBe(true);
  });

  it("asks for a new session when the token is not known any more", async () => {
    const visit = await live();
    visit.wire.drop(4401);
    await tick(500);
    expect(visit.prepares).toBe(2);
    visit.wire.welcome();
    expect(visit.wire.hello).toMatchObject({ token: "t2" });
  });

  it("stops when the server does not want this page", async () => {
    const visit = await live();
    visit.wire.drop(4403);
    await tick(120_000);
    expect(visit.wires).toHaveLength(1);
    expect(visit.connection.linkState).toBe("refused");
  });
});

describe("where WebSockets are blocked", () => {
  /** Two sockets in a row come to nothing. */
  async function blocked(prepare?: (visit: Visit) => void): Promise<Visit> {
    const visit = new Visit();
    prepare?.(visit);
    visit.connection.start();
    await tick();
    visit.wire.drop();
    await tick(500);
    visit.wire.drop();
    await tick();
    return visit;
  }

  it("polls by REST and sends by REST, in order", async () => {
    const visit = await blocked((visit) => {
      visit.outbox.add({ type: "text", text: "one" });
      visit.outbox.add({ type: "text", text: "two" });
      visit.events = async (seq) => ({ events: [message(1), message(2)].filter((event) => event.seq > seq), last_seq: 2, more: false, reached: 2 });
      visit.post = async (key) => ({ message_id: key, conversation_id: "c1", seq: 9, duplicate: false });
    });
    expect(visit.connection.linkState).toBe("polling");
    expect(visit.seen).toEqual([1, 2]);
    expect(visit.posted).toEqual(["k1", "k2"]);
    expect(visit.left).toEqual(["k1 sent", "k2 sent"]);
    visit.write("three");
    await tick();
    expect(visit.posted).toEqual(["k1", "k2", "k3"]);
  });

  it("goes on behind a page of which the customer may see nothing", async () => {
    const asked: number[] = [];
    const visit = await blocked((visit) => {
      visit.events = async (seq) => {
        asked.push(seq);
        return seq < 200
          ? { events: [], last_seq: 201, more: true, reached: 200 }
          : { events: [message(201)], last_seq: 201, more: false, reached: 201 };
      };
    });
    expect(asked.slice(0, 2)).toEqual([0, 200]);
    expect(visit.seen).toEqual([201]);
  });

  it("marks what REST refuses as failed", async () => {
    const visit = await blocked((visit) => {
      visit.outbox.add({ type: "text", text: "one" });
      visit.events = async () => ({ events: [], last_seq: 0, more: false, reached: 0 });
      visit.post = () => Promise.reject(new ApiError(422, { code: "bad_content" }));
    });
    expect(visit.left).toEqual(["k1 failed"]);
  });

  it("tries a WebSocket again from time to time", async () => {
    const visit = await blocked((visit) => {
      visit.events = async () => ({ events: [], last_seq: 0, more: false, reached: 0 });
    });
    expect(visit.wires).toHaveLength(2);
    await tick(12 * 4_000);
    expect(visit.wires).toHaveLength(3);
    visit.wire.welcome();
    expect(visit.connection.linkState).toBe("live");
  });

  it("is offline when REST does not answer either", async () => {
    const visit = await blocked();
    expect(visit.connection.linkState).toBe("offline");
  });
});
