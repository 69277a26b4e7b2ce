// The cards of the dashboard: the range in numbers.
import { html, nothing, render } from "lit/html.js";
import type { Metrics } from "@chatbox/client";
import { byId } from "../dom.ts";
import { fill } from "../words/words.ts";
import { count, milliseconds } from "./figures.ts";
import { adminWords } from "./adminwords.ts";

export function drawCards(metrics: Metrics): void {
  const words = adminWords();
  const errors = metrics.errors ?? [];
  const failed = errors.reduce((sum, { count }) => sum + count, 0);
  const card = (title: string, value: string, detail = "") => html`<div class="card"><dt>${title}</dt><dd>${value}</dd>${detail ? html`<dd class="detail">${detail}</dd>` : nothing}</div>`;
  render(
    html`<h2 id="cards-title" class="unseen">${words.inNumbers}</h2>
      <dl>
        ${card(words.activeNow, count(metrics.active_sessions))}
        ${card(words.sessions, count(metrics.total_sessions))}
        ${card(words.peak, count(metrics.max_concurrent), fill(words.onAverage, { value: count(metrics.avg_concurrent) }))}
        ${card(words.tokens, count(metrics.total_tokens))}
        ${card(words.firstText, milliseconds(metrics.avg_response_time), fill(words.atMost, { value: milliseconds(metrics.max_response_time) }))}
        ${card(words.errors, count(failed), errors[0] ? fill(words.worst, { model: errors[0].model_id }) : "")}
        ${card(words.helpRequests, count(metrics.help_requested_count))}
        ${card(words.assistedCount, count(metrics.admin_assisted_count))}
      </dl>`,
    byId("cards"),
  );
}
