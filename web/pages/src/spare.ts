// The token from the address, while another one is stored: the stored token comes first, so that a link cannot put somebody into another person's
// chat (protocol, section 9). Pure.
import type { ChatClient } from "@chatbox/client";

export class SpareToken {
  readonly #client: Pick<ChatClient, "user" | "token" | "isClaimedBy">;
  #token: string | null = null;

  constructor(client: Pick<ChatClient, "user" | "token" | "isClaimedBy">) {
    this.#client = client;
  }

  keep(token: string): void {
    this.#token = token;
  }

  /**
   * The token to sign in with after the server has refused the one in use, or null. While the owner is known, only a token that claims to be
   * the owner's will do.
   */
  takeAfterRefusal(): string | null {
    const token = this.#take();
    return token !== null && (this.#client.user === null || this.#client.isClaimedBy(token)) ? token : null;
  }

  /** The token that renews the owner's session without asking, or null. */
  takeRenewal(): string | null {
    return this.#token !== null && this.#client.isClaimedBy(this.#token) ? this.#take() : null;
  }

  /** The token that the page offers to change to, or null. */
  takeOffer(): string | null {
    const token = this.#token;
    return token !== null && token !== this.#client.token && !this.#client.isClaimedBy(token) ? this.#take() : null;
  }

  forget(): void {
    this.#token = null;
  }

  #take(): string | null {
    const token = this.#token;
    this.#token = null;
    return token;
  }
}
