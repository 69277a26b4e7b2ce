// What the server has refused, in the words of the page, by the code of the protocol. Pure.
import { RestError, type ErrorFrame, type ErrorReason } from "@chatbox/client";
import type { Words } from "./words/en.ts";
import { language, words } from "./words/words.ts";

/** The codes that mean one thing (protocol, section 5.1): the page's own words say it. */
const EXACT: Record<string, keyof Words> = {
  LLM_UNAVAILABLE: "modelUnavailable",
  LLM_TIMEOUT: "modelTimeout",
  TRANSCRIPTION_FAILED: "transcriptionFailed",
  STORAGE_ERROR: "storeUnavailable",
  EXPIRED_TOKEN: "tokenExpired",
};

/** The codes with several causes, of which the server's sentence says which. */
const VAGUE: Record<string, keyof Words> = {
  TOO_MANY_REQUESTS: "tooFast",
  NOT_FOUND: "refusedAbsent",
  SERVICE_ERROR: "refusedNow",
  DATABASE_ERROR: "notSaved",
  INVALID_FORMAT: "refusedForm",
  MISSING_FIELD: "refusedForm",
  INVALID_TOKEN: "tokenRefused",
  INSUFFICIENT_PERMISSIONS: "forbidden",
};

/** Which of the causes of a code it is. */
const REASONS: Record<ErrorReason, keyof Words> = {
  queue_full: "refusedQueue",
  ended: "refusedEnded",
  nothing_to_regenerate: "refusedNoMessage",
  answer_running: "refusedRunning",
  index_behind: "refusedBehind",
  slow_reader: "refusedSlow",
  held_by_another: "refusedHeld",
  not_holder: "refusedNotHolder",
  person_answers: "refusedPerson",
  not_offered: "refusedOffer",
  unknown_message: "refusedRating",
  no_recording: "refusedRecording",
  no_transcription: "refusedTranscript",
  unreadable: "refusedUnreadable",
  no_file_store: "faultNoStore",
};

/** What `NOT_FOUND` and `INVALID_FORMAT` mean for the field that is to blame. */
const FIELDS: Record<string, keyof Words> = {
  session_id: "refusedElsewhere",
  model_id: "refusedModel",
  file_id: "refusedFileAbsent",
  file_url: "refusedAddress",
};

/** The codes of REST (section 1). */
const REST: Record<string, keyof Words> = {
  UNREACHABLE: "serverUnreachable",
  UNAUTHORIZED: "tokenRefused",
  INVALID_TOKEN: "tokenRefused",
  FORBIDDEN: "forbidden",
  NOT_FOUND: "conversationAbsent",
  CONFLICT: "refusedNow",
  REQUEST_TIMEOUT: "refusedTimeout",
  QUOTA_EXCEEDED: "refusedQuota",
  CHECKSUM_MISMATCH: "refusedDamaged",
  INTERNAL_ERROR: "serverFails",
  SERVICE_UNAVAILABLE: "serverBusy",
};

/**
 * The server's sentence where it says more than the page's words. It is English: a page in another language takes its own words for all that it
 * knows, and the server's sentence for what it does not know.
 */
export function serverText(text: string | undefined, own: string | undefined): string {
  return (language === "en" && text) || own || text || "";
}

/** Why the server has refused a frame. */
export function refusalText({ error: { code, message }, metadata }: Pick<ErrorFrame, "error" | "metadata">): string {
  const exact = EXACT[code];
  if (exact) return words[exact];
  const ofField = code === "NOT_FOUND" || code === "INVALID_FORMAT" ? FIELDS[metadata?.field ?? ""] : undefined;
  const vague = (metadata?.reason && REASONS[metadata.reason]) ?? ofField ?? VAGUE[code];
  return serverText(message, vague && words[vague]);
}

/** Why a request has failed. */
export function failureText(failure: unknown): string {
  if (!(failure instanceof RestError)) return (failure as Error).message;
  if (failure.status === 429) return words.tooFast;
  const known = REST[failure.code];
  if (failure.status === 0 && known) return words[known];
  return serverText(failure.message, known && words[known]);
}
