// The entries of a conversation in the order of their places. Pure: no page, no socket, no clock.
/** @import { FinishReason } from "../../frames" */

/**
 * A message, an answer or a note on the page.
 * @typedef {object} Entry
 * @property {number} key identifies the entry on the page for as long as it is there
 * @property {"user" | "ai" | "admin" | "system"} role
 * @property {string} text
 * @property {"pending" | "failed" | "sent" | "streaming" | "done"} state
 * @property {number} seq its place in the session; Infinity for a running answer and for a message that is not acknowledged
 * @property {string} [messageId] the server's id
 * @property {string} [id] the id of the command that sends the message
 * @property {string} [modelId]
 * @property {FinishReason} [finishReason] of an answer that is done
 * @property {boolean} [superseded] a later answer has taken its place
 * @property {boolean} [gap] text is missing before the next piece
 * @property {string} [thinking] what the model thinks
 * @property {boolean} [thinks] the model is thinking now
 */

export class Entries {
  /** @type {Entry[]} */
  #list = [];
  #nextKey = 1;

  /** All entries, the oldest first. */
  get all() {
    return this.#list;
  }

  /** The messages that wait for their acknowledgement. */
  get pending() {
    return this.#list.filter((entry) => entry.state === "pending");
  }

  /** The answer that is running, or null. */
  get streaming() {
    return this.#list.findLast((entry) => entry.state === "streaming") ?? null;
  }

  /**
   * Adds an entry at its place. Without a place it goes last.
   * @param {Omit<Entry, "key" | "seq"> & { seq?: number | undefined }} fields
   * @returns {Entry}
   */
  insert(fields) {
    const entry = { ...fields, key: this.#nextKey++, seq: fields.seq ?? Infinity };
    this.#list.push(entry);
    this.place(entry, entry.seq);
    return entry;
  }

  /**
   * Moves an entry to a place.
   * @param {Entry} entry
   * @param {number} [seq]
   */
  place(entry, seq = Infinity) {
    this.remove(entry);
    entry.seq = seq;
    let index = this.#list.length;
    while (index > 0 && this.#list[index - 1].seq > seq) index--;
    this.#list.splice(index, 0, entry);
  }

  /** @param {Entry} entry */
  remove(entry) {
    this.#list.splice(this.#list.indexOf(entry), 1);
  }

  /**
   * Drops the entries that do not match.
   * @param {(entry: Entry) => boolean} matches
   */
  keep(matches) {
    this.#list = this.#list.filter(matches);
  }

  /**
   * The entry with this id of the server's.
   * @param {string | undefined} messageId
   */
  byMessageId(messageId) {
    return messageId ? this.#list.findLast((entry) => entry.messageId === messageId) : undefined;
  }

  /**
   * The message of ours with this command id that the server has given no id yet.
   * @param {string | undefined} id
   */
  unacknowledged(id) {
    return id ? this.#list.find((entry) => entry.id === id && entry.role === "user" && !entry.messageId) : undefined;
  }
}

/**
 * True for a message that is not stored at the server, as far as the page knows.
 * @param {Entry} entry
 */
export function isUnsent(entry) {
  return entry.state === "pending" || entry.state === "failed";
}
