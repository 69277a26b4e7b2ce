// Whose page this is. Pure: no page, no socket.
//
// Several people can use one browser tab, one after the other. Only the server knows whose a token is: it says so in `user_id` of
// `connection_status`. Until then, nothing of the person before is sent with a new token or shown next to it (protocol, section 9).
import { claimedUser } from "./token.js";

/**
 * What the page does when the server has bound a socket.
 * @typedef {object} Admission
 * @property {boolean} another somebody else has come: everything of the person before has to go
 * @property {boolean} reconnect this socket was opened with what belongs to somebody else, or without the place to resume at: a new one is needed
 * @property {boolean} rewind the socket sends a running answer from its beginning
 */

export class Identity {
  /** @type {string | null} */
  #owner = null;

  /** The token of which the server last said that it is the owner's. @type {string | null} */
  #provenToken = null;

  /** A token from the address while the stored one is in use. @type {string | null} */
  #spareToken = null;

  /** The user that the server has named; null until then. */
  get owner() {
    return this.#owner;
  }

  /**
   * Keeps the token from the address: the stored token comes first, so that a link cannot put somebody into another person's chat.
   * @param {string} token
   */
  keepSpare(token) {
    this.#spareToken = token;
  }

  /**
   * True if a socket with this token may be opened at the owner's resume point.
   * @param {string | null} token
   */
  mayResume(token) {
    return this.#owner === null || this.#provenToken === token;
  }

  /**
   * Takes note of whom the server has bound a socket to.
   * @param {object} binding
   * @param {string | null} binding.user the user that the server names, or null
   * @param {string | null} binding.token the token that the socket was opened with
   * @param {boolean} binding.first true for the first binding of a socket
   * @param {string} binding.sessionId the session that the socket is bound to
   * @param {string | null} binding.shownSession the session that the page shows, or null
   * @returns {Admission}
   */
  admit({ user, token, first, sessionId, shownSession }) {
    const known = this.#owner !== null;
    const proven = this.#provenToken === token;
    const another = known && (user === null ? first && !proven : user !== this.#owner);
    if (another) this.forget();
    this.#owner = user ?? this.#owner;
    if (first) this.#provenToken = token;

    // A proven token resumed the session of the person before; the same holds for a socket whose owner changes.
    if (another) return { another, reconnect: proven || !first, rewind: false };
    const returns = known && first && !proven && shownSession !== null;
    return { another, reconnect: returns && shownSession !== sessionId, rewind: returns && shownSession === sessionId };
  }

  /**
   * True if a token claims to be the owner's.
   * @param {string} token
   */
  claimsOwner(token) {
    const user = claimedUser(token);
    return user !== null && user === this.#claimedOwner;
  }

  /**
   * True if a token claims to be somebody else's. That is reason enough to hide the conversation before the server answers.
   * @param {string} token
   */
  claimsAnother(token) {
    const user = claimedUser(token);
    return user !== null && this.#claimedOwner !== null && user !== this.#claimedOwner;
  }

  /**
   * The token to sign in with after the server has refused the one in use, or null. While the owner is known, only a token that claims to be
   * the owner's will do.
   */
  takeSpareAfterRefusal() {
    const token = this.#takeSpare();
    return token !== null && (this.#owner === null || this.claimsOwner(token)) ? token : null;
  }

  /** The token that renews the owner's session without asking, or null. */
  takeRenewal() {
    return this.#spareToken !== null && this.claimsOwner(this.#spareToken) ? this.#takeSpare() : null;
  }

  /**
   * The token that the page offers to change to, or null.
   * @param {string | null} current the token in use
   */
  takeOffer(current) {
    const spare = this.#spareToken;
    return spare !== null && spare !== current && !this.claimsOwner(spare) ? this.#takeSpare() : null;
  }

  /** Forgets the owner and every token. */
  forget() {
    this.#owner = this.#provenToken = this.#spareToken = null;
  }

  get #claimedOwner() {
    return claimedUser(this.#provenToken ?? "");
  }

  #takeSpare() {
    const token = this.#spareToken;
    this.#spareToken = null;
    return token;
  }
}
