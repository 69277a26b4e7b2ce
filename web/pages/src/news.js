// What the page does about a notification (protocol, section 5). Pure.
import { SESSION_EXPIRES } from "./texts.js";
/** @import { Notification } from "../../frames" */

/**
 * @typedef {object} Reaction
 * @property {{ text: string, lasts: boolean, asksForToken: boolean } | null} notice what the page shows
 * @property {number | null} reconnectAfter milliseconds until the page moves to another node
 */

/**
 * @param {Pick<Notification, "content" | "metadata">} notification
 * @param {boolean} renewed true if the page has sent a newer token already
 * @returns {Reaction}
 */
export function reactionTo({ content, metadata }, renewed) {
  const reason = metadata?.reason;
  const asksForToken = reason === "token_expiring";
  const text = content || (asksForToken ? SESSION_EXPIRES : "");
  // The end of a session that has rested stays on the page: nobody was looking when it happened.
  const lasts = asksForToken || reason === "session_expired";
  return {
    notice: text && !(asksForToken && renewed) ? { text, lasts, asksForToken } : null,
    reconnectAfter: reason === "reconnect" ? Math.max(0, Number(metadata?.reconnect_after_ms) || 0) : null,
  };
}
