// Whether the other side is there, as the server tells it (protocol, section 5, "Presence"). Pure.
import type { Presence, State } from "@chatbox/client";

export class OtherSide {
  /** The administrator, or an empty text for the user. */
  #who = "";
  #isHere: boolean | null = null;

  /** What is known of the user, or of the administrator with this id; null for nothing. */
  of(who = ""): boolean | null {
    return this.#who === who ? this.#isHere : null;
  }

  take({ content, metadata }: Presence): void {
    [this.#who, this.#isHere] = [metadata?.admin_id ?? "", content === "here"];
  }

  /** The server tells it again on the next socket. */
  when(state: State): void {
    if (state !== "connected") this.forget();
  }

  forget(): void {
    this.#isHere = null;
  }
}
