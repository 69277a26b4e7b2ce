// What administrators look up now and then: ratings, and the audit trail. Nothing is read before somebody opens it, because reading is recorded.
import { html, nothing, render } from "lit/html.js";
import type { Rest } from "@chatbox/client";
import { byId } from "../dom.ts";
import { failureText } from "../refusals.ts";
import { timeText } from "../texts.ts";
import { fill, words as pageWords } from "../words/words.ts";
import { adminWords } from "./adminwords.ts";

const PAGE = 50;

interface Rating {
  session_id: string;
  message_id?: string;
  user_id: string;
  rating: "up" | "down";
  comment?: string;
  time: string;
}

interface AuditRecord {
  number?: number;
  time: string;
  kind: string;
  actor?: string;
  session_id?: string;
  user_id?: string;
  address?: string;
  detail?: string;
}

interface Verification {
  intact: boolean;
  complete: boolean;
  checked: number;
  through?: string;
  broken?: { number: number; problem: string };
}

/** One list that is read page by page. */
interface List<T> {
  readonly kind: "ratings" | "records";
  items: T[];
  cursor: string | undefined;
  problem: string;
  read: boolean;
}

export class Records {
  readonly #rest: Rest;
  readonly #open: (sessionId: string, userId: string) => void;
  readonly #ratings: List<Rating> = { kind: "ratings", items: [], cursor: undefined, problem: "", read: false };
  readonly #audit: List<AuditRecord> = { kind: "records", items: [], cursor: undefined, problem: "", read: false };
  #verdict = "";

  /** @param open shows a session */
  constructor(rest: Rest, open: (sessionId: string, userId: string) => void) {
    this.#rest = rest;
    this.#open = open;
  }

  draw(): void {
    const words = adminWords();
    render(
      html`<details @toggle=${(event: Event) => this.#toggled(event, this.#ratings)}>
          <summary><h2>${words.ratings}</h2></summary>
          ${this.#table(this.#ratings, [words.when, words.user, words.rating, words.comment], (rating) => html`<tr>
            <td>${timeText(rating.time)}</td>
            <td dir="auto"><button class="link" @click=${() => this.#open(rating.session_id, rating.user_id)}>${rating.user_id}</button></td>
            <td>${rating.rating === "up" ? pageWords.rateUp : pageWords.rateDown}</td>
            <td class="long" dir="auto">${rating.comment ?? ""}</td>
          </tr>`)}
        </details>
        <details @toggle=${(event: Event) => this.#toggled(event, this.#audit)}>
          <summary><h2>${words.audit}</h2></summary>
          <p class="check"><button @click=${() => this.#verify()}>${words.verify}</button> <span role="status">${this.#verdict}</span></p>
          ${this.#table(this.#audit, ["#", words.when, words.who, words.what, words.user, words.detail], (record) => html`<tr>
            <td class="number">${record.number ?? ""}</td>
            <td>${timeText(record.time)}</td>
            <td dir="auto">${record.actor ?? ""}</td>
            <td>${record.kind}</td>
            <td dir="auto">${record.user_id ?? ""}</td>
            <td class="long" dir="auto">${record.detail ?? ""}</td>
          </tr>`)}
        </details>`,
      byId("records"),
    );
  }

  #table<T>(list: List<T>, heads: string[], row: (item: T) => unknown) {
    if (list.problem) return html`<p role="alert" class="danger">${fill(adminWords().unreadable, { reason: list.problem })}</p>`;
    if (!list.read) return html`<p class="muted">${pageWords.loading}</p>`;
    if (list.items.length === 0) return html`<p class="muted">${adminWords().nothingYet}</p>`;
    return html`<div class="scroller" tabindex="0" role="region" aria-label=${list.kind === "ratings" ? adminWords().ratings : adminWords().audit}><table>
        <thead><tr>${heads.map((head) => html`<th>${head}</th>`)}</tr></thead>
        <tbody>${list.items.map(row)}</tbody>
      </table></div>
      ${list.cursor ? html`<p class="pages"><button @click=${() => this.#read(list)}>${adminWords().next}</button></p>` : nothing}`;
  }

  #toggled<T>({ currentTarget }: Event, list: List<T>): void {
    if (!(currentTarget as HTMLDetailsElement).open) return;
    [list.items, list.cursor] = [[], undefined]; // what has come since is there too
    void this.#read(list);
  }

  async #read<T>(list: List<T>): Promise<void> {
    try {
      const query = { limit: PAGE, cursor: list.cursor };
      const page = await this.#rest.get<{ ratings?: T[]; records?: T[]; next_cursor?: string }>(["admin", list.kind === "ratings" ? "ratings" : "audit"], query);
      list.items.push(...(page[list.kind] ?? []));
      list.cursor = page.next_cursor;
      [list.read, list.problem] = [true, ""];
    } catch (failure) {
      list.problem = failureText(failure);
    }
    this.draw();
  }

  /** Checks the whole chain, part by part. */
  async #verify(): Promise<void> {
    const words = adminWords();
    this.#verdict = words.verifying;
    this.draw();
    try {
      let after: string | undefined;
      let checked = 0;
      for (;;) {
        const part: Verification = await this.#rest.get(["admin", "audit", "verify"], { after });
        checked += part.checked;
        if (!part.intact) {
          this.#verdict = fill(words.broken, { number: part.broken?.number ?? "?", problem: part.broken?.problem ?? "" });
          break;
        }
        this.#verdict = fill(words.intact, { checked });
        if (part.complete || part.through === undefined || part.through === after) break;
        after = part.through;
      }
    } catch (failure) {
      this.#verdict = fill(words.unreadable, { reason: failureText(failure) });
    }
    this.draw();
  }
}
