import { describe, expectTypeOf, it } from "vitest";
// The server's REST interface as its own OpenAPI document describes it.
import type { components } from "../../console/src/api/schema";
import type { Ack, Content, Event, EventPage, Inbox, Problem, Session, UploadedFile } from "../src/types";

type Schemas = components["schemas"];

/** The widget's types are a part of the server's: what the server answers is what the widget expects. */
describe("the widget understands what the server", () => {
  it("says about a session", () => {
    expectTypeOf<Schemas["VisitorSession"]>().toExtend<Loose<Omit<Session, "inbox">>>();
    expectTypeOf<Schemas["VisitorInbox"]>().toExtend<Omit<Inbox, "persona">>();
    expectTypeOf<keyof Inbox["persona"]>().toExtend<keyof Schemas["Persona"]>();
  });
  it("tells as events", () => {
    expectTypeOf<Schemas["EventPage"]>().toExtend<Loose<Omit<EventPage, "events">>>();
    expectTypeOf<Event["type"]>().toExtend<Schemas["EventBody"]["type"]>();
    expectTypeOf<Pick<Schemas["Event"], "conversation_id" | "seq" | "at">>().toExtend<Pick<Event, "conversation_id" | "seq" | "at">>();
  });
  it("takes as content", () => {
    expectTypeOf<Content>().toExtend<Schemas["Content"]>();
    expectTypeOf<Schemas["Content"]["type"]>().toExtend<Content["type"]>();
  });
  it("acknowledges", () => expectTypeOf<Schemas["Receipt"]>().toExtend<Ack>());
  it("stores as files", () => expectTypeOf<Schemas["StoredFile"]>().toExtend<UploadedFile>());
  it("refuses", () => expectTypeOf<Schemas["Problem"]>().toExtend<Problem>());
});

/** `null` may be left out: the document does not tell both apart. */
type Loose<T> = T extends object ? { [Field in keyof T as null extends T[Field] ? never : Field]: Loose<T[Field]> } & { [Field in keyof T as null extends T[Field] ? Field : never]?: Loose<T[Field]> } : T;
