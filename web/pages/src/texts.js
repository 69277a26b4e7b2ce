// The texts that people read on the page, except for those in index.html and those that the server sends. Pure.
/** @import { Entry } from "./entries.js" */
/** @import { FinishReason, ServerFrame } from "../../frames" */

export const TOKEN_MISSING = "Enter an access token to start chatting.";
export const TOKEN_MALFORMED = "This is not an access token. Check that you copied all of it, and nothing else.";
const TOKEN_REFUSED = "The server did not accept this token. Check that it is yours and still valid, or enter a new one.";
const TOKEN_EXPIRED = "Your sign-in has expired. Enter a new token to continue.";
const TOKEN_WITHDRAWN = "Your token was withdrawn and no longer works. Enter a new token to continue.";
export const RENEW_TOKEN = "Enter a new token to stay signed in.";
export const SESSION_EXPIRES = "Your sign-in expires soon. Enter a new token to stay signed in.";
export const HISTORY_UNREADABLE = "Earlier messages could not be loaded.";
export const NEW_CONVERSATION = "A new conversation starts here.";
export const SIGNED_OUT = "You are signed out. Sign in to write messages.";
export const SIGNING_IN = "Signing in…";

/** @type {Record<string, string>} */
const STATES = { connecting: "Connecting…", connected: "Connected", offline: "Offline", stopped: "Signed out" };

/** @type {Record<FinishReason, string>} */
const ENDINGS = {
  stop: "",
  length: "The answer reached its maximum length.",
  stopped: "Stopped.",
  cut: "The answer was cut off.",
  timeout: "The model took too long to respond.",
  error: "The model could not finish this answer.",
  taken_over: "A colleague from support has taken over.",
};

/** Read by screen readers before an entry. @type {Record<Entry["role"], string>} */
const SPEAKERS = { user: "You", ai: "Assistant", admin: "Support", system: "" };

/**
 * The state of the connection, as the header shows it.
 * @param {string} state
 * @param {number} seconds until the next attempt
 */
export function stateText(state, seconds) {
  return STATES[state] ?? `Reconnecting in ${seconds} s`;
}

/**
 * The state of the connection, as a screen reader announces it: once, without a countdown.
 * @param {string} state
 */
export function stateAnnouncement(state) {
  return STATES[state] ?? "Connection lost. Reconnecting.";
}

/**
 * Why the server refuses a token, in an upgrade that gets 401 or by the close code 4001 (protocol, sections 2 and 3).
 * @param {string} reason the server's short reason: the body of the 401, or the close frame's text
 * @param {string | null} [explanation] the text of the server's last error, if it came before the close
 */
export function tokenRefusedText(reason, explanation = null) {
  if (/withdrawn/i.test(reason)) return TOKEN_WITHDRAWN;
  if (/expired/i.test(reason)) return TOKEN_EXPIRED;
  return explanation ?? TOKEN_REFUSED;
}

/** @param {Entry["role"]} role */
export function speakerText(role) {
  return SPEAKERS[role];
}

/**
 * The line below an entry; empty if nothing has to be said.
 * @param {Entry} entry
 */
export function detailText(entry) {
  if (entry.state === "pending") return "Sending…";
  if (entry.state === "failed") return "Not sent.";
  if (entry.superseded) return "Replaced by a newer answer.";
  if (entry.role !== "ai" || entry.state !== "done") return "";
  return ENDINGS[entry.finishReason ?? "stop"] ?? "The answer ended early.";
}

/**
 * A note between the messages, such as somebody who joins.
 * @param {ServerFrame} frame
 */
export function noteText(frame) {
  if (frame.type === "pong") return "";
  const name = /** @type {{ admin_name?: string } | undefined} */ (frame.metadata)?.admin_name || "Someone from support";
  switch (frame.type) {
    case "admin_join":
      return `${name} joined the conversation.`;
    case "admin_leave":
      return `${name} left the conversation.`;
    case "file_upload":
      return frame.content ? `File: ${frame.content}` : "A file was shared.";
    case "voice_message":
      return frame.content ? `Voice message: ${frame.content}` : "A voice message was shared.";
    default:
      return frame.content ?? "";
  }
}

/** @param {string} name */
export function assistanceText(name) {
  return `${name} from support is helping you.`;
}

/** @param {string} owner */
export function otherTokenText(owner) {
  return `You are signed in as ${owner}. The link that you opened contains a different access token.`;
}
