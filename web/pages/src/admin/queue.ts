// The help desk's queue on the dashboard.
import { html, nothing, render } from "lit/html.js";
import type { HelpQueue } from "@chatbox/client";
import { byId } from "../dom.ts";
import { timeText } from "../texts.ts";
import { fill } from "../words/words.ts";
import { span } from "./figures.ts";
import { adminWords } from "./adminwords.ts";
import type { Viewers } from "./viewers.ts";
import { viewerTags } from "./viewertags.ts";

/** @param open shows a session */
export function drawQueue({ waiting, assisted, closed_until: closedUntil }: HelpQueue, viewers: Viewers, open: (sessionId: string, userId: string) => void): void {
  const words = adminWords();
  render(
    html`<h2 id="queue-title">${words.waitingPeople} ${waiting.length > 0 ? html`<span class="tag warn">${waiting.length}</span>` : nothing}</h2>
      ${closedUntil ? html`<p class="muted">${fill(words.closedUntil, { time: timeText(closedUntil) })}</p>` : nothing}
      ${waiting.length + assisted.length === 0 ? html`<p class="muted">${words.nobodyWaits}</p>` : nothing}
      <ul>
        ${waiting.map(
          (request) => html`<li>
            <span class="place">${request.position}</span>
            <span class="who"><b dir="auto">${request.user_id}</b><small>${fill(words.waitsSince, { time: span(request.waiting) })}</small></span>
            ${viewerTags(viewers.of(request.session_id))}
            ${request.escalations > 0 ? html`<span class="tag warn">${words.escalated}</span>` : nothing}
            <button @click=${() => open(request.session_id, request.user_id)}>${words.open}</button>
          </li>`,
        )}
        ${assisted.map(
          (session) => html`<li>
            <span class="who"><b dir="auto">${session.user_id}</b>
              <small>${fill(words.heldBy, { name: session.admin_id })}${session.waiting === undefined ? "" : ` · ${fill(words.waitsForWord, { time: span(session.waiting) })}`}</small></span>
            ${viewerTags(viewers.of(session.session_id))}
            <button @click=${() => open(session.session_id, session.user_id)}>${words.open}</button>
          </li>`,
        )}
      </ul>`,
    byId("queue"),
  );
}
