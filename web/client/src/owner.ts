// Whose conversation a client holds. Pure: no socket.
//
// Several people can use one client, one after the other. Only the server knows whose a token is: it says so in `user_id` of
// `connection_status`. Until then, nothing of the person before is sent with a new token or shown next to it (protocol, section 9).
import { claimedUser } from "./token.ts";

/** How the server has bound a socket. */
export interface Binding {
  /** The user that the server names, or null. */
  user: string | null;
  /** The token that the socket was opened with. */
  token: string | null;
  /** True for the first binding of a socket. */
  first: boolean;
  /** The session that the socket is bound to. */
  sessionId: string;
  /** The session that the transcript is of, or null. */
  shownSession: string | null;
}

/** What the client does about a binding. */
export interface Admission {
  /** Somebody else has come: everything of the person before has to go. */
  another: boolean;
  /** This socket was opened with what belongs to somebody else, or without the place to resume at: a new one is needed. */
  reconnect: boolean;
  /** The socket sends a running answer from its beginning. */
  rewind: boolean;
}

export class Owner {
  #user: string | null = null;

  /** The token of which the server last said that it is the owner's. */
  #provenToken: string | null = null;

  /** The user that the server has named; null until then. */
  get user(): string | null {
    return this.#user;
  }

  /** True if a socket with this token may be opened at the owner's resume point. */
  mayResume(token: string | null): boolean {
    return this.#user === null || this.#provenToken === token;
  }

  /** Takes note of whom the server has bound a socket to. */
  admit({ user, token, first, sessionId, shownSession }: Binding): Admission {
    const known = this.#user !== null;
    const proven = this.#provenToken === token;
    const another = known && (user === null ? first && !proven : user !== this.#user);
    if (another) this.forget();
    this.#user = user ?? this.#user;
    if (first) this.#provenToken = token;

    // A proven token resumed the session of the person before; the same holds for a socket whose owner changes.
    if (another) return { another, reconnect: proven || !first, rewind: false };
    const returns = known && first && !proven && shownSession !== null;
    return { another, reconnect: returns && shownSession !== sessionId, rewind: returns && shownSession === sessionId };
  }

  /** True if a token claims to be the owner's. */
  isClaimedBy(token: string): boolean {
    const user = claimedUser(token);
    return user !== null && user === this.#claimed;
  }

  /** True if a token claims to be somebody else's. That is reason enough to hide the conversation before the server answers. */
  isDeniedBy(token: string): boolean {
    const user = claimedUser(token);
    return user !== null && this.#claimed !== null && user !== this.#claimed;
  }

  /** Forgets the owner and their token. */
  forget(): void {
    this.#user = this.#provenToken = null;
  }

  get #claimed(): string | null {
    return claimedUser(this.#provenToken ?? "");
  }
}
