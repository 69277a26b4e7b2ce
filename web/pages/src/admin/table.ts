// The table of all sessions on the dashboard: filters, sorts and pages.
import { html, nothing, render } from "lit/html.js";
import type { Rest, SessionSummary } from "@chatbox/client";
import { byId } from "../dom.ts";
import { failureText } from "../refusals.ts";
import { timeText } from "../texts.ts";
import { fill, words as pageWords } from "../words/words.ts";
import { count, milliseconds, span } from "./figures.ts";
import { adminWords } from "./adminwords.ts";
import type { Viewers } from "./viewers.ts";
import { viewerTags } from "./viewertags.ts";

const PAGE = 25;
const FILTER_AFTER_MS = 400;

export class SessionTable {
  readonly #rest: Rest;
  readonly #viewers: Viewers;
  readonly #open: (sessionId: string, userId: string) => void;
  #query: Record<string, string> = {};
  #sort = { by: "last_activity", order: "desc" };
  #offset = 0;
  #rows: SessionSummary[] = [];
  #total = 0;
  #problem = "";
  #filtering: ReturnType<typeof setTimeout> | undefined;
  #reading: AbortController | null = null;

  /** @param open shows a session */
  constructor(rest: Rest, viewers: Viewers, open: (sessionId: string, userId: string) => void) {
    this.#rest = rest;
    this.#viewers = viewers;
    this.#open = open;
  }

  async read(): Promise<void> {
    this.#reading?.abort();
    const reading = (this.#reading = new AbortController());
    try {
      const query = { ...this.#query, sort_by: this.#sort.by, sort_order: this.#sort.order, limit: PAGE, offset: this.#offset };
      const { sessions, total } = await this.#rest.allSessions(query, reading.signal);
      if (reading.signal.aborted) return;
      [this.#rows, this.#total, this.#problem] = [sessions, total, ""];
    } catch (failure) {
      if (reading.signal.aborted) return;
      this.#problem = failureText(failure);
    }
    this.draw();
  }

  draw(): void {
    const words = adminWords();
    const choice = (name: string, label: string, values: [string, string][]) => html`<label>${label}
      <select @change=${(event: Event) => this.#filter(name, event)}>
        <option value="">${words.any}</option>
        ${values.map(([value, text]) => html`<option value=${value}>${text}</option>`)}
      </select></label>`;
    const yesNo: [string, string][] = [["true", words.yes], ["false", words.no]];
    const last = Math.min(this.#offset + PAGE, this.#total);
    render(
      html`<h2 id="table-title">${words.sessions}</h2>
        <div class="filters">
          <label>${words.user} <input type="search" autocomplete="off" maxlength="255" @input=${(event: Event) => this.#filter("user_id", event)}></label>
          ${choice("status", words.status, [["active", words.activeOnly], ["ended", words.endedOnly]])}
          ${choice("help_requested", words.help, yesNo)} ${choice("admin_assisted", words.assistedCount, yesNo)}
          <label>${words.from} <input type="date" @change=${(event: Event) => this.#filterByDay("start_time_from", event)}></label>
          <label>${words.to} <input type="date" @change=${(event: Event) => this.#filterByDay("start_time_to", event)}></label>
        </div>
        ${this.#problem ? html`<p role="alert" class="danger">${fill(words.unreadable, { reason: this.#problem })}</p>` : nothing}
        <div class="scroller" tabindex="0" role="group" aria-labelledby="table-title"><table>
          <thead><tr>
            <th>${words.name}</th>
            ${this.#head("user_id", words.user)} ${this.#head("start_time", words.began)} ${this.#head("last_activity", words.lastActivity)}
            ${this.#head("duration", words.duration)} ${this.#head("message_count", words.messages)} ${this.#head("total_tokens", words.tokens)}
            <th class="number">${words.firstText}</th><th>${words.status}</th>
          </tr></thead>
          <tbody>${this.#rows.map((row) => this.#row(row))}</tbody>
        </table></div>
        ${this.#rows.length === 0 && !this.#problem ? html`<p class="muted">${words.noSessions}</p>` : nothing}
        <nav class="pages" aria-label=${words.pages}>
          <span>${this.#total > 0 ? fill(words.pageOf, { from: count(this.#offset + 1), to: count(last), total: count(this.#total) }) : ""}</span>
          <button ?disabled=${this.#offset === 0} @click=${() => this.#turn(-PAGE)}>${words.previous}</button>
          <button ?disabled=${last >= this.#total} @click=${() => this.#turn(PAGE)}>${words.next}</button>
        </nav>`,
      byId("table"),
    );
  }

  #row(session: SessionSummary) {
    return html`<tr>
      <td class="name"><button @click=${() => this.#open(session.session_id, session.user_id)} dir="auto">${session.name || pageWords.untitled}</button></td>
      <td dir="auto">${session.user_id}</td>
      <td>${timeText(session.start_time)}</td>
      <td>${timeText(session.last_activity)}</td>
      <td class="number">${span(session.duration)}</td>
      <td class="number">${count(session.message_count)}</td>
      <td class="number">${count(session.total_tokens)}</td>
      <td class="number">${milliseconds(session.avg_response_time)}</td>
      <td>
        ${viewerTags(this.#viewers.of(session.session_id))}
        ${session.is_active ? html`<span class="tag good">${pageWords.active}</span>` : nothing}
        ${session.help_requested ? html`<span class="tag warn">${adminWords().help}</span>` : nothing}
        ${session.admin_assisted ? html`<span class="tag">${session.assisting_admin_name || pageWords.assisted}</span>` : nothing}
      </td>
    </tr>`;
  }

  #head(by: string, label: string) {
    const sorted = this.#sort.by === by ? (this.#sort.order === "asc" ? "ascending" : "descending") : nothing;
    return html`<th aria-sort=${sorted}><button @click=${() => this.#sortBy(by)}>${label}</button></th>`;
  }

  #sortBy(by: string): void {
    const order = this.#sort.by === by && this.#sort.order === "desc" ? "asc" : "desc";
    this.#sort = { by, order };
    this.#offset = 0;
    void this.read();
  }

  #filter(name: string, { currentTarget }: Event): void {
    this.#filterBy(name, (currentTarget as HTMLInputElement | HTMLSelectElement).value.trim());
  }

  /** Days are those of the administrator; the server would take them for days in UTC. */
  #filterByDay(name: "start_time_from" | "start_time_to", { currentTarget }: Event): void {
    const day = (currentTarget as HTMLInputElement).value;
    const time = new Date(`${day}T${name === "start_time_from" ? "00:00:00.000" : "23:59:59.999"}`);
    this.#filterBy(name, Number.isNaN(time.getTime()) ? "" : time.toISOString());
  }

  #filterBy(name: string, value: string): void {
    this.#query[name] = value;
    this.#offset = 0;
    clearTimeout(this.#filtering);
    this.#filtering = setTimeout(() => void this.read(), FILTER_AFTER_MS);
  }

  #turn(by: number): void {
    this.#offset = Math.max(0, this.#offset + by);
    void this.read();
  }
}
