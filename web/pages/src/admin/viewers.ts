// Who looks at which conversation, as the feed tells and repeats it. Pure.
import type { AdminEvent } from "@chatbox/client";

/** Three repetitions may be late: then nobody looks any more, or a node has died and the next one tells it anew. */
const FORGET_AFTER_MS = 50_000;
/** More than administrators could look at; the ones that were told first make room. */
const MOST = 2_000;

export interface Audience {
  /** Of the user. */
  devices: number;
  /** Administrators. */
  watching: number;
  /** Their ids; with very many, not all. */
  admins: string[];
}

export class Viewers {
  readonly #sessions = new Map<string, Audience & { at: number }>();

  /**
   * @param now milliseconds
   * @returns whether something has changed
   */
  take({ type, session_id: session, metadata = {} }: AdminEvent, now: number): boolean {
    if (session === undefined || (type !== "viewers_changed" && type !== "session_erased")) return false;
    const before = this.#sessions.get(session);
    const [devices, watching] = type === "viewers_changed" ? [Number(metadata["devices"]) || 0, Number(metadata["watching"]) || 0] : [0, 0];
    const admins = (metadata["admins"] ?? "").split(",").filter(Boolean).map(decodeURIComponent);
    this.#sessions.delete(session);
    if (devices + watching > 0) this.#sessions.set(session, { devices, watching, admins, at: now });
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= MOST) break;
      this.#sessions.delete(oldest);
    }
    return (before?.devices ?? 0) !== devices || (before?.watching ?? 0) !== watching || (before?.admins ?? []).join() !== admins.join();
  }

  /** Forgets what was not repeated. Returns whether there was such. */
  forget(now: number): boolean {
    const late = [...this.#sessions].filter(([, { at }]) => now - at > FORGET_AFTER_MS);
    for (const [session] of late) this.#sessions.delete(session);
    return late.length > 0;
  }

  /** The ids of all administrators who look at a conversation now, in alphabetical order. */
  administrators(): string[] {
    return [...new Set([...this.#sessions.values()].flatMap(({ admins }) => admins))].sort((one, other) => one.localeCompare(other));
  }

  of(session: string): Audience | undefined {
    return this.#sessions.get(session);
  }
}
