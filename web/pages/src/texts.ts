// The texts that people read on the page, except for those in index.html and those that the server sends. Pure.
import type { Entry, FinishReason, Note, TokenRefusal } from "@chatbox/client";

export const TOKEN_MISSING = "Enter an access token to start chatting.";
const TOKEN_MALFORMED = "This is not an access token. Check that you copied all of it, and nothing else.";
const TOKEN_REFUSED = "The server did not accept this token. Check that it is yours and still valid, or enter a new one.";
const TOKEN_EXPIRED = "Your sign-in has expired. Enter a new token to continue.";
const TOKEN_WITHDRAWN = "Your token was withdrawn and no longer works. Enter a new token to continue.";
export const RENEW_TOKEN = "Enter a new token to stay signed in.";
export const SESSION_EXPIRES = "Your sign-in expires soon. Enter a new token to stay signed in.";
export const HISTORY_UNREADABLE = "Earlier messages could not be loaded.";
const NEW_CONVERSATION = "A new conversation starts here.";
export const SIGNED_OUT = "You are signed out. Sign in to write messages.";
export const SIGNING_IN = "Signing in…";

const STATES: Record<string, string> = { connecting: "Connecting…", connected: "Connected", offline: "Offline", stopped: "Signed out" };

const ENDINGS: Record<FinishReason, string> = {
  stop: "",
  length: "The answer reached its maximum length.",
  stopped: "Stopped.",
  cut: "The answer was cut off.",
  timeout: "The model took too long to respond.",
  error: "The model could not finish this answer.",
  taken_over: "A colleague from support has taken over.",
};

/** Read by screen readers before an entry. */
const SPEAKERS: Record<Entry["role"], string> = { user: "You", ai: "Assistant", admin: "Support", system: "" };

/**
 * The state of the connection, as the header shows it.
 * @param seconds until the next attempt
 */
export function stateText(state: string, seconds: number): string {
  return STATES[state] ?? `Reconnecting in ${seconds} s`;
}

/** The state of the connection, as a screen reader announces it: once, without a countdown. */
export function stateAnnouncement(state: string): string {
  return STATES[state] ?? "Connection lost. Reconnecting.";
}

/** Why the server refuses a token, in an upgrade that gets 401 or by the close code 4001 (protocol, sections 2 and 3). */
export function tokenRefusedText({ reason, message }: Pick<TokenRefusal, "reason" | "message">): string {
  if (reason === "malformed") return TOKEN_MALFORMED;
  if (reason === "withdrawn") return TOKEN_WITHDRAWN;
  if (reason === "expired") return TOKEN_EXPIRED;
  return message ?? TOKEN_REFUSED;
}

export function speakerText(role: Entry["role"]): string {
  return SPEAKERS[role];
}

/** The line below an entry; empty if nothing has to be said. */
export function detailText(entry: Entry): string {
  if (entry.state === "pending") return "Sending…";
  if (entry.state === "failed") return "Not sent.";
  if (entry.superseded) return "Replaced by a newer answer.";
  if (entry.role !== "ai" || entry.state !== "done") return "";
  return ENDINGS[entry.finishReason ?? "stop"] ?? "The answer ended early.";
}

/** A note between the messages, such as somebody who joins. */
export function noteText(note: Note): string {
  if (note.type === "new_conversation") return NEW_CONVERSATION;
  const name = (note.metadata as { admin_name?: string } | undefined)?.admin_name || "Someone from support";
  switch (note.type) {
    case "admin_join":
      return `${name} joined the conversation.`;
    case "admin_leave":
      return `${name} left the conversation.`;
    case "file_upload":
      return note.content ? `File: ${note.content}` : "A file was shared.";
    case "voice_message":
      return note.content ? `Voice message: ${note.content}` : "A voice message was shared.";
    default:
      return note.content ?? "";
  }
}

export function assistanceText(name: string): string {
  return `${name} from support is helping you.`;
}

export function tooLongText(length: number, longest: number): string {
  const number = new Intl.NumberFormat("en");
  return `Your message has ${number.format(length)} characters. At most ${number.format(longest)} can be sent at once.`;
}

export function otherTokenText(owner: string): string {
  return `You are signed in as ${owner}. The link that you opened contains a different access token.`;
}
