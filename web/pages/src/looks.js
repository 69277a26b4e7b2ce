// What of a conversation the page shows now. Pure.
/** @import { Entry } from "./entries.js" */
/** @import { Transcript } from "./transcript.js" */

/**
 * @typedef {object} Looks
 * @property {readonly Entry[]} entries
 * @property {Entry | null} regenerable the answer with the button to regenerate it
 * @property {"thinking" | "waiting" | null} progress what the three dots stand for; null hides them
 * @property {boolean} canStop
 * @property {boolean} invites true to invite people to write their first message
 */

/** Nobody is signed in, or the owner of the conversation is not confirmed: the page shows nothing of it. @type {Looks} */
const HIDDEN = { entries: [], regenerable: null, progress: null, canStop: false, invites: false };

/**
 * @param {Transcript} transcript
 * @param {object} page
 * @param {boolean} page.hidden true to show nothing of the conversation
 * @param {boolean} page.bound true while a bound socket takes commands
 * @returns {Looks}
 */
export function looksOf(transcript, { hidden, bound }) {
  if (hidden) return HIDDEN;
  const { entries, waiting } = transcript;
  return {
    entries,
    regenerable: bound ? transcript.regenerable : null,
    progress: waiting === null ? null : waiting.thinks ? "thinking" : "waiting",
    canStop: bound && transcript.answering,
    invites: bound && entries.length === 0,
  };
}
