import assert from "node:assert/strict";
import { test } from "vitest";
import { Transcript, type Entry } from "@chatbox/client";
import { questionOf } from "../src/questions.ts";

type Fields = Partial<Entry> & Pick<Entry, "role">;

/** Entries whose texts are their names, and the names of the questions of all answers. */
function questions(...given: Fields[]): (string | undefined)[] {
  const entries = given.map((fields, index): Entry => ({ key: index, text: "", seq: index + 1, state: fields.role === "user" ? "sent" : "done", ...fields }));
  return entries.filter(({ role, of }) => role === "ai" && !of).map((answer) => questionOf(entries, answer)?.text);
}

const user = (text: string, more: Partial<Entry> = {}): Fields => ({ role: "user", text, ...more });
const ai = (more: Partial<Entry> = {}): Fields => ({ role: "ai", ...more });
const note = (type: "admin_join" | "admin_leave" | "new_conversation") => ({ role: "system", note: { type } }) as Fields;

test("messages are answered in their order, also those that waited", () => {
  assert.deepEqual(questions(user("One"), ai(), user("Two"), user("Three"), ai(), ai()), ["One", "Two", "Three"]);
  assert.deepEqual(questions(user("One"), user("Two"), ai(), ai({ state: "streaming", seq: Infinity })), ["One", "Two"]);
});

test("another answer belongs to the last message, and a file of an answer is none", () => {
  assert.deepEqual(questions(user("One"), ai({ superseded: true, messageId: "a1" }), ai({ of: "a1" }), ai()), ["One", "One"]);
});

test("a message that is not sent has no answer", () => {
  assert.deepEqual(questions(user("One"), ai({ state: "streaming" }), user("Two", { state: "pending" })), ["One"]);
});

test("nothing that is said while an administrator holds the session is answered later", () => {
  assert.deepEqual(questions(user("One"), ai(), user("Two"), note("admin_join"), user("Three"), note("admin_leave"), user("Four"), ai()), ["One", "Four"]);
});

test("an answer whose message is not here has none, nor does one of the conversation before", () => {
  assert.deepEqual(questions(ai(), user("One"), ai()), [undefined, "One"]);
  assert.deepEqual(questions(user("One"), note("new_conversation"), ai()), [undefined]);
  assert.equal(questionOf(new Transcript().entries, { key: 9, role: "ai", text: "", state: "done", seq: 1 }), null);
});
