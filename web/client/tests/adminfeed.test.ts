import { expect, test } from "vitest";
import { AdminFeed, type AdminEvent } from "../src/adminfeed.ts";
import { World } from "./world.ts";

const BEGIN = "id: 7.0\n\n";
const opened = (place: string) => `id: ${place}\nevent: session_opened\ndata: {"type":"session_opened","session_id":"s1"}\n\n`;

/** A server whose streams the test writes, and ends. */
function scene() {
  const world = new World();
  const requests: { path: string; place: string | null; signal: AbortSignal }[] = [];
  const told: string[] = [];
  let stream!: ReadableStreamDefaultController<Uint8Array>;
  let answer: () => Response = () => new Response(new ReadableStream<Uint8Array>({ start: (controller) => void (stream = controller) }));
  world.fetch = async (address, init) => {
    const headers = new Headers(init.headers);
    requests.push({ path: `${address.pathname} ${headers.get("Authorization")}`, place: headers.get("Last-Event-ID"), signal: init.signal! });
    return answer();
  };
  const feed = new AdminFeed(
    new URL("https://chat.example/chatbox/"),
    () => "token",
    {
      onEvent: ({ type, session_id: session }: AdminEvent) => void told.push(session ? `${type} ${session}` : type),
      onState: (live) => void told.push(live ? "live" : "lost"),
      onRefused: (status) => void told.push(`refused ${status}`),
    },
    world.platform,
  );
  const write = async (text: string) => {
    stream.enqueue(new TextEncoder().encode(text));
    await world.settle();
  };
  return { world, feed, requests, told, write, end: () => stream.close(), answerWith: (response: () => Response) => (answer = response) };
}

test("the lists are read when the feed has begun, and every event is told once", async () => {
  const { world, feed, requests, told, write } = scene();
  feed.start();
  await world.settle();
  await write(BEGIN);
  await write(`:\n\n${opened("7.1").slice(0, 20)}`);
  await write(opened("7.1").slice(20));
  expect(requests.map(({ path, place }) => [path, place])).toEqual([["/chatbox/admin/events Bearer token", null]]);
  expect(told).toEqual(["live", "reload", "live", "session_opened s1"]);
});

test("a lost feed goes on from its place, later each time", async () => {
  const { world, feed, requests, told, write, end, answerWith } = scene();
  feed.start();
  await world.settle();
  await write(BEGIN + opened("7.1"));
  end();
  await world.settle();
  expect(told.at(-1)).toBe("lost");
  answerWith(() => new Response("{}", { status: 503, headers: { "Retry-After": "5" } }));
  world.pass(1_000);
  await world.settle();
  world.pass(4_999);
  await world.settle();
  expect(requests.length).toBe(2);
  world.pass(1);
  await world.settle();
  expect(requests.map(({ place }) => place)).toEqual([null, "7.1", "7.1"]);
});

test("a feed that is silent for half a minute is read again", async () => {
  const { world, feed, requests, write } = scene();
  feed.start();
  await world.settle();
  await write(BEGIN);
  world.pass(29_999);
  await write(":\n\n");
  world.pass(29_999);
  expect(requests[0]!.signal.aborted).toBe(false);
  world.pass(1);
  expect(requests[0]!.signal.aborted).toBe(true);
});

test("a refused token ends the feed, and a stopped one makes no request", async () => {
  for (const status of [401, 403]) {
    const { world, feed, requests, told, answerWith } = scene();
    answerWith(() => new Response("{}", { status }));
    feed.start();
    await world.settle();
    world.pass(120_000);
    await world.settle();
    expect(told).toEqual([`refused ${status}`]);
    expect(requests.length).toBe(1);
  }
  const { world, feed, requests, told, write } = scene();
  feed.start();
  await world.settle();
  await write(BEGIN);
  feed.stop();
  world.pass(120_000);
  await world.settle();
  expect(told).toEqual(["live", "reload"]);
  feed.start();
  await world.settle();
  expect(requests.at(-1)!.place).toBe("7.0");
});
