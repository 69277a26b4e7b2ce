// Sends messages once the server has bound a socket, and again on the next one until they are acknowledged. Pure: no page, no socket.
/** @import { Entry } from "./entries.js" */
/** @import { ClientFrame } from "../../frames" */

export class Outbox {
  #send;
  #open = false;

  /** @param {(frame: ClientFrame) => void} send puts a frame on the socket */
  constructor(send) {
    this.#send = send;
  }

  /** True while a bound socket takes messages. */
  get isOpen() {
    return this.#open;
  }

  /**
   * A socket is bound: everything that was not acknowledged goes out, also if an earlier socket took it. The id of a message stays the same,
   * so the server does the work once.
   * @param {Entry[]} pending
   */
  open(pending) {
    this.#open = true;
    this.repeat(pending);
  }

  /** The socket is lost. Messages wait for the next one. */
  close() {
    this.#open = false;
  }

  /**
   * Sends a message now, or leaves it to `open`.
   * @param {Entry} entry
   */
  post(entry) {
    if (this.#open) this.repeat([entry]);
  }

  /** @param {Entry[]} entries */
  repeat(entries) {
    for (const { id, text } of entries) this.#send({ type: "user_message", content: text, ...(id && { id }) });
  }
}
