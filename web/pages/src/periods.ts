// Conversations by the time of their latest activity. Pure.
import type { SessionSummary } from "@chatbox/client";
import { words } from "./words/words.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export interface Period {
  title: string;
  items: SessionSummary[];
}

/** @param sessions the latest activity first */
export function periodsOf(sessions: readonly SessionSummary[], now = new Date()): Period[] {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const starts: [number, string][] = [
    [midnight, words.today],
    [midnight - DAY_MS, words.yesterday],
    [midnight - 6 * DAY_MS, words.lastWeek],
    [-Infinity, words.earlier],
  ];
  const periods: Period[] = [];
  for (const session of sessions) {
    const at = Date.parse(session.last_activity);
    const title = starts.find(([start]) => at >= start)?.[1] ?? words.earlier;
    if (periods.at(-1)?.title !== title) periods.push({ title, items: [] });
    periods.at(-1)!.items.push(session);
  }
  return periods;
}
