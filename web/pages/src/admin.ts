// The dashboard for administrators: numbers, the help desk's queue, all sessions, and one session as it goes on.
import { html, nothing, render } from "lit/html.js";
import { AdminFeed, Rest, RestError, type AdminEvent, type CannedReply, type HelpQueue, type Metrics } from "@chatbox/client";
import { drawCards } from "./admin/cards.ts";
import { SessionEvents } from "./admin/events.ts";
import { Health } from "./admin/health.ts";
import { LiveView } from "./admin/live.ts";
import { drawQueue } from "./admin/queue.ts";
import { concerns, Refresh, waitedFor } from "./admin/refresh.ts";
import { Records } from "./admin/records.ts";
import { Viewers } from "./admin/viewers.ts";
import { SessionTable } from "./admin/table.ts";
import { adminWords } from "./admin/adminwords.ts";
import { pageAddress } from "./address.ts";
import { byId, control } from "./dom.ts";
import { openPage, takeAddressToken, withToken } from "./opening.ts";
import { failureText } from "./refusals.ts";
import { timeText } from "./texts.ts";
import { storedToken } from "./token.ts";
import { fill, words } from "./words/words.ts";

/** At most so often each list is read, however much happens. Reading the table is recorded in the audit trail. */
const QUEUE_EVERY_MS = 500;
const NUMBERS_EVERY_MS = 10_000;
const TABLE_EVERY_MS = 30_000;
/** Tokens and response times change without an event. */
const NUMBERS_AGAIN_MS = 60_000;
const WAITING_TIMES_MS = 1_000;
const HOUR_MS = 60 * 60 * 1000;
const RANGES = { lastHour: HOUR_MS, lastDay: 24 * HOUR_MS, lastWeek: 7 * 24 * HOUR_MS, lastMonth: 30 * 24 * HOUR_MS };

const opening = await openPage();
const { base, host, wanted } = opening;
takeAddressToken(opening);
document.title = `${words.dashboard} · Chatbox`;

const rest = new Rest(base, storedToken);
const viewers = new Viewers();
const events = new SessionEvents();
const table = new SessionTable(rest, viewers, open);
const records = new Records(rest, open);
let replies: CannedReply[] = [];
let live: LiveView | null = null;
let timers: ReturnType<typeof setInterval>[] = [];
let queue: { list: HelpQueue; at: number } | null = null;
const health = new Health();
const lists = { queue: new Refresh(readQueue, QUEUE_EVERY_MS), numbers: new Refresh(readNumbers, NUMBERS_EVERY_MS), table: new Refresh(() => table.read(), TABLE_EVERY_MS) };
const feed = new AdminFeed(base, storedToken, {
  onEvent: whenHappened,
  onState: (live) => {
    byId("lost").hidden = live;
    if (!live) lists.queue.ask(); // people wait there
  },
  onRefused: (status) => {
    const refused = storedToken();
    void attempt(async () => {
      if (storedToken() === refused) throw new RestError(status, "FORBIDDEN", "");
      feed.start(); // the host has given another token
    });
  },
});

function open(sessionId: string, userId: string): void {
  const token = storedToken();
  if (!token) return;
  const opener = document.activeElement as HTMLElement | null;
  live?.close();
  document.body.classList.add("with-live");
  live = new LiveView(base, token, sessionId, userId, { replies, viewers, events }, () => {
    live = null;
    document.body.classList.remove("with-live");
    (opener?.isConnected ? opener : byId("range")).focus();
  });
}

function whenHappened(event: AdminEvent): void {
  health.take(event);
  if (events.take(event)) live?.eventsChanged();
  if (viewers.take(event, performance.now())) drawViewers();
  for (const list of concerns(event.type)) lists[list].ask();
}

async function readQueue(): Promise<void> {
  await attempt(async () => {
    queue = { list: await rest.helpQueue(), at: performance.now() };
    drawWaiting();
  });
}

function drawViewers(): void {
  drawWaiting();
  table.draw();
}

/** The times go on while nothing else changes. */
function drawWaiting(): void {
  if (queue !== null) drawQueue(waitedFor(queue.list, (performance.now() - queue.at) / 1000), viewers, open);
}

function everySecond(): void {
  if (viewers.forget(performance.now())) drawViewers();
  else drawWaiting();
}

async function readNumbers(): Promise<void> {
  const span = Number(control("range", HTMLSelectElement).value);
  const now = new Date();
  await attempt(async () => {
    const metrics = await rest.metrics(new Date(now.getTime() - span), now);
    drawCards(metrics);
    byId("fresh").textContent = fill(adminWords().asOf, { time: timeText(now.toISOString()) });
    await drawSeries(metrics);
  });
}

async function drawSeries({ series, errors = [] }: Metrics): Promise<void> {
  const { drawCharts } = await import("./admin/charts.ts");
  drawCharts(series, errors);
}

async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await withToken(host, work);
    byId("problem").hidden = true;
  } catch (failure) {
    const denied = failure instanceof RestError && (failure.status === 401 || failure.status === 403);
    if (denied) stop();
    const text = denied ? adminWords().signInFirst : fill(adminWords().unreadable, { reason: failureText(failure) });
    render(html`${text} ${denied ? html`<a href=${pageAddress("")}>${words.signIn}</a>` : nothing}`, byId("problem"));
    byId("problem").hidden = false;
  }
}

function start(): void {
  stop();
  table.draw();
  records.draw();
  void attempt(async () => {
    // Without a token nobody asks the server; a host is asked for one.
    if (!storedToken()) throw new RestError(401, "UNAUTHORIZED", "");
    if (replies.length === 0) replies = await rest.cannedReplies().catch((failure: RestError) => (failure.status === 401 ? Promise.reject(failure) : []));
    timers = [setInterval(everySecond, WAITING_TIMES_MS), setInterval(() => lists.numbers.ask(), NUMBERS_AGAIN_MS)];
    feed.start();
    for (const list of Object.values(lists)) list.ask(); // also where something on the way holds the feed back
    if (wanted.sessionId !== null) open(wanted.sessionId, "");
    wanted.sessionId = null;
  });
}

function stop(): void {
  feed.stop();
  timers.forEach(clearInterval);
  timers = [];
}

const ranges = Object.entries(RANGES).map(([name, span]) => new Option(adminWords()[name as keyof typeof RANGES], String(span), name === "lastDay", name === "lastDay"));
byId("range").replaceChildren(...ranges);
byId("range").addEventListener("change", () => void readNumbers());
addEventListener("resize", () => void import("./admin/charts.ts").then(({ fitCharts }) => fitCharts()));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => void readNumbers());
document.addEventListener("keydown", ({ key }) => key === "Escape" && document.querySelector("dialog[open]") === null && live?.close());
// Nobody looks: when somebody does again, the feed goes on from its place.
document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? timers.length === 0 && start() : stop()));
addEventListener("pagehide", () => {
  stop();
  live?.close();
  for (const id of ["cards", "queue", "charts", "table", "records"]) byId(id).hidden = true; // the browser may keep the page for somebody else
});
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
if (parent === window) byId("range").focus(); // a keyboard begins at the top, and never on the body
start();
