// The dashboard for administrators: numbers, the help desk's queue, all sessions, and one session as it goes on.
import { html, nothing, render } from "lit/html.js";
import { Rest, RestError, type CannedReply, type Metrics } from "@chatbox/client";
import { drawCards } from "./admin/cards.ts";
import { LiveView } from "./admin/live.ts";
import { drawQueue } from "./admin/queue.ts";
import { Records } from "./admin/records.ts";
import { SessionTable } from "./admin/table.ts";
import { adminWords } from "./admin/adminwords.ts";
import { pageAddress } from "./address.ts";
import { byId, control } from "./dom.ts";
import { openPage, takeAddressToken, withToken } from "./opening.ts";
import { timeText } from "./texts.ts";
import { storedToken } from "./token.ts";
import { fill, words } from "./words/words.ts";

/** The queue is asked for most often, because people wait in it. */
const QUEUE_EVERY_MS = 5_000;
const NUMBERS_EVERY_MS = 30_000;
const HOUR_MS = 60 * 60 * 1000;
const RANGES = { lastHour: HOUR_MS, lastDay: 24 * HOUR_MS, lastWeek: 7 * 24 * HOUR_MS, lastMonth: 30 * 24 * HOUR_MS };

const opening = await openPage();
const { base, host, wanted } = opening;
takeAddressToken(opening);
document.title = `${words.dashboard} · Chatbox`;

const rest = new Rest(base, storedToken);
const table = new SessionTable(rest, open);
const records = new Records(rest, open);
let replies: CannedReply[] = [];
let live: LiveView | null = null;
let timers: ReturnType<typeof setInterval>[] = [];

function open(sessionId: string, userId: string): void {
  const token = storedToken();
  if (!token) return;
  const opener = document.activeElement as HTMLElement | null;
  live?.close();
  document.body.classList.add("with-live");
  live = new LiveView(base, token, sessionId, userId, replies, () => {
    live = null;
    document.body.classList.remove("with-live");
    (opener?.isConnected ? opener : byId("range")).focus();
  });
}

async function readQueue(): Promise<void> {
  await attempt(async () => drawQueue(await rest.helpQueue(), open));
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

async function drawSeries({ series }: Metrics): Promise<void> {
  const { drawCharts } = await import("./admin/charts.ts");
  drawCharts(series);
}

async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await withToken(host, work);
    byId("problem").hidden = true;
  } catch (failure) {
    const denied = failure instanceof RestError && (failure.status === 401 || failure.status === 403);
    if (denied) stop();
    const text = denied ? adminWords().signInFirst : fill(adminWords().unreadable, { reason: (failure as Error).message });
    render(html`${text} ${denied ? html`<a href=${pageAddress("")}>${words.signIn}</a>` : nothing}`, byId("problem"));
    byId("problem").hidden = false;
  }
}

function start(): void {
  stop();
  if (!storedToken()) {
    // Without a token nobody asks the server; a host is asked once.
    const work = async () => {
      if (!storedToken()) throw new RestError(401, "UNAUTHORIZED", "");
      start();
    };
    return void attempt(work);
  }
  const whenSeen = (work: () => Promise<void>) => () => document.visibilityState === "visible" && void work();
  timers = [setInterval(whenSeen(readQueue), QUEUE_EVERY_MS), setInterval(whenSeen(() => Promise.all([readNumbers(), table.read()]).then(() => {})), NUMBERS_EVERY_MS)];
  table.draw();
  records.draw();
  void readQueue();
  void readNumbers();
  void table.read();
  rest.cannedReplies().then((list) => (replies = list), () => {});
  if (wanted.sessionId !== null) open(wanted.sessionId, "");
  wanted.sessionId = null;
}

function stop(): void {
  timers.forEach(clearInterval);
  timers = [];
}

const ranges = Object.entries(RANGES).map(([name, span]) => new Option(adminWords()[name as keyof typeof RANGES], String(span), name === "lastDay", name === "lastDay"));
byId("range").replaceChildren(...ranges);
byId("range").addEventListener("change", () => void readNumbers());
addEventListener("resize", () => void import("./admin/charts.ts").then(({ fitCharts }) => fitCharts()));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => void readNumbers());
document.addEventListener("keydown", ({ key }) => key === "Escape" && live?.close());
addEventListener("pagehide", () => {
  stop();
  live?.close();
  for (const id of ["cards", "queue", "charts", "table", "records"]) byId(id).hidden = true; // the browser may keep the page for somebody else
});
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
start();
