// When the dashboard reads its lists again. An event says that a list has changed, and the list itself says how.
import type { AdminEventType, HelpQueue } from "@chatbox/client";

type List = "queue" | "numbers" | "table";

const CONCERNS: Record<AdminEventType, readonly List[]> = {
  session_opened: ["numbers", "table"],
  session_ended: ["queue", "numbers", "table"],
  session_reopened: ["numbers", "table"],
  session_erased: ["queue", "numbers", "table"],
  session_taken_over: ["queue", "numbers", "table"],
  session_released: ["queue", "table"],
  transfer_offered: [],
  transfer_declined: [],
  help_requested: ["queue", "numbers", "table"],
  help_answered: ["queue"],
  help_escalated: ["queue"],
  queue_changed: ["queue"],
  rated: [],
  viewers_changed: [],
  model_failing: [],
  model_recovered: [],
  store_failing: [],
  store_recovered: [],
  notification_failed: [],
  reload: ["queue", "numbers", "table"],
};

/** The lists that an event may have changed; none for a type that is not known. */
export function concerns(type: AdminEventType): readonly List[] {
  return CONCERNS[type] ?? [];
}

/** The queue as it is some seconds after it was read. */
export function waitedFor(queue: HelpQueue, seconds: number): HelpQueue {
  return {
    ...queue,
    waiting: queue.waiting.map((request) => ({ ...request, waiting: request.waiting + seconds })),
    assisted: queue.assisted.map((session) => (session.waiting === undefined ? session : { ...session, waiting: session.waiting + seconds })),
  };
}

/** Work that is asked for more often than it should be done. It is done once at a time, and once more if somebody asked meanwhile. */
export class Refresh {
  readonly #work: () => Promise<void>;
  readonly #every: number;
  #asked = false;
  #busy = false;

  /** @param every milliseconds from one beginning to the next, at least */
  constructor(work: () => Promise<void>, every: number) {
    [this.#work, this.#every] = [work, every];
  }

  ask(): void {
    this.#asked = true;
    if (!this.#busy) void this.#do();
  }

  async #do(): Promise<void> {
    this.#busy = true;
    while (this.#asked) {
      this.#asked = false;
      const pause = new Promise((resolve) => setTimeout(resolve, this.#every));
      await this.#work().catch(() => {});
      await pause;
    }
    this.#busy = false;
  }
}
