import { describe, expect, test } from "vitest";
import { isAdmitted, readMessage } from "../src/hostmessages.ts";

const own = "https://chat.example";

describe("origins whose messages count", () => {
  test.each([
    [own, []],
    ["https://a.example", ["https://b.example", "https://a.example"]],
    ["https://x.b.example", ["https://*.b.example"]],
    ["https://x.y.b.example", ["https://*.b.example"]],
  ])("%s counts with %j", (origin, sources) => expect(isAdmitted(origin, own, sources)).toBe(true));

  test.each([
    ["https://a.example", []],
    ["https://a.example", [""]],
    ["https://a.example", ["'self'", "'none'"]],
    ["http://a.example", ["https://a.example"]],
    ["https://a.example:8443", ["https://a.example"]],
    ["https://a.example.evil", ["https://a.example"]],
    ["https://b.example", ["https://*.b.example"]],
    ["https://evilb.example", ["https://*.b.example"]],
    ["http://x.b.example", ["https://*.b.example"]],
    ["null", ["https://*.b.example"]],
  ])("%s does not count with %j", (origin, sources) => expect(isAdmitted(origin, own, sources)).toBe(false));
});

describe("messages of the host", () => {
  test("a token comes as an object, or as JSON", () => {
    expect(readMessage({ type: "token", token: "a.b.c" })).toEqual({ type: "token", token: "a.b.c" });
    expect(readMessage('{"type":"token","token":" a.b.c\\n"}')).toEqual({ type: "token", token: "a.b.c" });
  });

  test("the host says how the chat looks and whether it is shown", () => {
    expect(readMessage({ type: "look", theme: "dark", title: 7 })).toEqual({ type: "look", theme: "dark", title: undefined });
    expect(readMessage({ type: "shown", shown: "yes" })).toEqual({ type: "shown", shown: false });
  });

  test("everything else is none", () => {
    const others = [null, undefined, 7, "", "token", "{", "null", [], {}, { type: "token" }, { type: "token", token: " " }, { type: "token", token: {} }, { type: "else" }];
    for (const data of others) expect(readMessage(data)).toBeNull();
  });
});
