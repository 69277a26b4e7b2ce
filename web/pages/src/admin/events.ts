// What has happened in each conversation, as the feed has told since the dashboard was opened. Pure.
import type { AdminEvent, AdminEventType } from "@chatbox/client";
import { fill } from "../words/words.ts";
import { adminWords } from "./adminwords.ts";

/** Events of all conversations together; the earliest go first. */
const MOST = 1_000;

/** A sentence about an event; null for one that tells an administrator nothing about its conversation. */
export function eventText({ type, admin_id: name = "", metadata: { to = "", rating = "" } = {} }: AdminEvent): string | null {
  const words = adminWords();
  const texts: Partial<Record<AdminEventType, string>> = {
    session_opened: words.eventOpened,
    session_ended: words.eventEnded,
    session_reopened: words.eventReopened,
    session_taken_over: fill(words.eventTakenOver, { name }),
    session_released: fill(words.eventReleased, { name }),
    transfer_offered: fill(words.eventOffered, { name, to }),
    transfer_declined: fill(words.eventDeclined, { name }),
    help_requested: words.eventHelpRequested,
    help_escalated: words.eventHelpEscalated,
    help_answered: words.eventHelpAnswered,
    rated: rating === "down" ? words.eventRatedDown : words.eventRatedUp,
  };
  return texts[type] ?? null;
}

/** An event with its sentence, which is put together once: the view of a conversation is drawn again with each piece of an answer. */
export type ToldEvent = AdminEvent & { text: string };

export class SessionEvents {
  #events: ToldEvent[] = [];

  /** @returns whether the list of a conversation has changed */
  take(event: AdminEvent): boolean {
    const { type, session_id: session } = event;
    if (session === undefined) return false;
    if (type === "session_erased") {
      this.#events = this.#events.filter((earlier) => earlier.session_id !== session);
      return true;
    }
    const text = eventText(event);
    if (text === null) return false;
    this.#events = [...this.#events, { ...event, text }].slice(-MOST);
    return true;
  }

  /** The events of a conversation, the latest first. */
  of(session: string): readonly ToldEvent[] {
    return this.#events.filter((event) => event.session_id === session).reverse();
  }
}
