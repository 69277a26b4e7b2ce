import assert from "node:assert/strict";
import { test } from "vitest";
import { Rest, RestError } from "../src/rest.ts";

function scene(status: number, body: unknown = {}, headers: Record<string, string> = {}) {
  const requests: { url: string; init: RequestInit }[] = [];
  const rest = new Rest(new URL("http://node/chatbox/"), () => "t0ken", async (address, init) => {
    requests.push({ url: address.href, init });
    return new Response(status === 204 ? null : JSON.stringify(body), { status, headers });
  });
  return { rest, requests };
}

test("a request carries the token as a header, and never in the address", async () => {
  const { rest, requests } = scene(200, { sessions: [] });
  await rest.sessions({ limit: 5, q: "a b", cursor: undefined });
  assert.equal(requests[0]!.url, "http://node/chatbox/sessions?limit=5&q=a+b");
  assert.equal((requests[0]!.init.headers as Record<string, string>)["Authorization"], "Bearer t0ken");
});

test("an id cannot lead to another path", async () => {
  const { rest, requests } = scene(204);
  await rest.erase("../admin");
  assert.equal(requests[0]!.url, "http://node/chatbox/sessions/..%2Fadmin");
});

test("a share keeps its expiry, gets another one, or loses it", async () => {
  const { rest, requests } = scene(200, { share_token: "x" });
  await rest.share("s");
  await rest.share("s", 60);
  await rest.share("s", null);
  assert.deepEqual(requests.map(({ init }) => init.body), [undefined, '{"expires_in":60}', '{"expires_in":null}']);
});

test("a session gets the name that the server says", async () => {
  const { rest, requests } = scene(200, { session_id: "s", name: "Fruit" });
  assert.equal(await rest.rename("s", " Fruit "), "Fruit");
  assert.deepEqual([requests[0]!.init.method, requests[0]!.url, requests[0]!.init.body], ["PATCH", "http://node/chatbox/sessions/s", '{"name":" Fruit "}']);
});

test("a refusal is an error with the server's code, and the time to wait", async () => {
  const { rest } = scene(429, { code: "TOO_MANY", message: "Slow down." }, { "Retry-After": "3" });
  await assert.rejects(rest.end("s"), (error: RestError) => error.status === 429 && error.code === "TOO_MANY" && error.message === "Slow down." && error.retryAfter === 3_000);
});

test("a server that is not reached is told apart from one that refuses", async () => {
  const rest = new Rest(new URL("http://node/chatbox/"), () => null, async () => {
    throw new TypeError("failed to fetch");
  });
  await assert.rejects(rest.helpQueue(), (error: RestError) => error.status === 0 && error.code === "UNREACHABLE");
});
