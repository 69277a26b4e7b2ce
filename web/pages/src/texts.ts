// The sentences that the page puts together from its words. Pure.
import type { Entry, FileFault, FinishReason, Note, Notification, SpeechFailure, TokenRefusal, TranscriptionFailure } from "@chatbox/client";
import { serverText } from "./refusals.ts";
import { fill, language, words } from "./words/words.ts";
import type { Words } from "./words/en.ts";

const STATES: Record<string, keyof Words> = { connecting: "connecting", connected: "connected", offline: "offline", stopped: "stopped" };

const ENDINGS: Record<FinishReason, keyof Words | null> = {
  stop: null,
  length: "endLength",
  stopped: "endStopped",
  cut: "endCut",
  timeout: "endTimeout",
  error: "endError",
  taken_over: "endTakenOver",
};

/** Read by screen readers before an entry. */
const SPEAKERS: Record<Entry["role"], keyof Words | null> = { user: "speakerUser", ai: "speakerAi", admin: "speakerAdmin", system: null };

/**
 * The state of the connection, as the header shows it.
 * @param seconds until the next attempt
 */
export function stateText(state: string, seconds: number): string {
  const word = STATES[state];
  return word ? words[word] : fill(words.reconnectingIn, { seconds });
}

/** The state of the connection, as a screen reader announces it: once, without a countdown. */
export function stateAnnouncement(state: string): string {
  const word = STATES[state];
  return word ? words[word] : words.connectionLost;
}

/** Why the server refuses a token, in an upgrade that gets 401 or by the close code 4001 (protocol, sections 2 and 3). */
export function tokenRefusedText({ reason, message }: Pick<TokenRefusal, "reason" | "message">): string {
  if (reason === "malformed") return words.tokenMalformed;
  if (reason === "withdrawn") return words.tokenWithdrawn;
  if (reason === "expired") return words.tokenExpired;
  return serverText(message ?? undefined, words.tokenRefused);
}

export function speakerText(role: Entry["role"]): string {
  const word = SPEAKERS[role];
  return word ? words[word] : "";
}

/** The line below an entry; empty if nothing has to be said. */
export function detailText(entry: Entry, bound = true): string {
  if (entry.state === "pending") return bound ? words.sending : words.waitsForConnection;
  if (entry.state === "failed") return words.notSent;
  if (entry.superseded) return words.superseded;
  if (entry.role !== "ai" || entry.state !== "done") return "";
  const word = ENDINGS[entry.finishReason ?? "stop"];
  return word === undefined ? words.endEarly : word ? words[word] : "";
}

const TRANSCRIPT_FAILURES: Partial<Record<TranscriptionFailure, keyof Words>> = {
  unavailable: "transcriptUnavailable",
  too_large: "transcriptTooLarge",
  nothing_heard: "transcriptNothing",
};

/** Why there is no transcript of a recording. */
export function transcriptFailureText(failure: TranscriptionFailure): string {
  return words[TRANSCRIPT_FAILURES[failure] ?? "transcriptRefused"];
}

const SPEECH_FAILURES: Partial<Record<SpeechFailure, keyof Words>> = {
  unavailable: "speechUnavailable",
  too_large: "speechTooLarge",
  nothing_to_say: "speechNothing",
  not_stored: "speechNotStored",
  superseded: "speechSuperseded",
  ended: "speechEnded",
};

/** Why an answer that was asked for aloud has no sound. */
export function speechFailureText(failure: SpeechFailure | undefined): string {
  return words[(failure && SPEECH_FAILURES[failure]) ?? "speechRefused"];
}

const FILE_FAULTS: Record<FileFault, keyof Words> = {
  size: "faultSize",
  type: "refusedType",
  mismatch: "refusedMismatch",
  empty: "refusedEmpty",
  name: "faultName",
  active: "refusedActive",
  bomb: "refusedBomb",
  damaged: "refusedDamaged",
  infected: "refusedInfected",
  quota: "refusedQuota",
  count: "faultCount",
  total: "faultTotal",
  no_store: "faultNoStore",
  address: "faultAddress",
  unavailable: "faultUnavailable",
};

/** A file that a model returned is not shown, and why, as far as that is known. */
function fileNotShownText({ name = "", fault }: NonNullable<Notification["metadata"]>): string {
  const why = fault && FILE_FAULTS[fault];
  return [fill(words.fileNotShown, { name }), ...(why ? [words[why]] : [])].join(" ");
}

/** A note between the messages, such as somebody who joins. */
export function noteText(note: Note): string {
  if (note.type === "new_conversation") return words.newConversation;
  const name = (note.metadata as { admin_name?: string } | undefined)?.admin_name || words.someone;
  switch (note.type) {
    case "admin_join":
      return fill(words.joined, { name });
    case "admin_leave":
      return fill(words.left, { name });
    case "note":
      return fill(words.privateNote, { name, text: note.content });
    case "file_upload":
      return note.content ? fill(words.file, { name: note.content }) : words.aFile;
    case "voice_message":
      return note.content ? fill(words.voice, { text: note.content }) : words.aVoice;
    case "notification":
      return serverText(note.content, note.metadata?.reason === "file_refused" ? fileNotShownText(note.metadata) : undefined);
    default:
      return note.content ?? "";
  }
}

export function assistanceText(name: string): string {
  return fill(words.helping, { name });
}

/**
 * Who helps, beside the title.
 * @param isHere null if that is not known
 */
export function assistantText(name: string, isHere: boolean | null): string {
  return isHere === null ? name : fill(isHere ? words.isHere : words.isAway, { name });
}

/** The user's place in the help desk's queue. */
export function queueText(position: number, waiting: number): string {
  return position <= 1 ? words.queueNext : fill(words.queuePosition, { position, waiting: Math.max(position, waiting) });
}

export function tooLongText(length: number, longest: number): string {
  const number = new Intl.NumberFormat(language);
  return fill(words.tooLong, { length: number.format(length), longest: number.format(longest) });
}

export function otherTokenText(owner: string): string {
  return fill(words.otherToken, { owner });
}

export function messageCountText(count: number): string {
  return count === 1 ? words.messageCountOne : fill(words.messageCount, { count });
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Making a format takes far longer than using it. */
function clockOf(name: string, shown: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${name}`;
  const known = clocks.get(key) ?? new Intl.DateTimeFormat(language, shown);
  clocks.set(key, known);
  return known;
}

/** The time of day; with the date, if that is not today. */
export function timeText(at: string | undefined, now = new Date()): string {
  const date = new Date(at ?? "");
  if (Number.isNaN(date.getTime())) return "";
  const time: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
  const today = date.toDateString() === now.toDateString();
  return (today ? clockOf("time", time) : clockOf("date", { ...time, day: "numeric", month: "short" })).format(date);
}
