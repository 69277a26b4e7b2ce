import type { ErrorCode } from "./frames.ts";

/**
 * What a client can do about an error (protocol, section 5.1): send the same command again, wait for `retry_after` and then send it again, change
 * the command, ask for the answer again, or sign in with another token.
 */
export type Remedy = "send_again" | "wait" | "change" | "ask_again" | "sign_in";

/** The remedy for each code. A code that this version does not know has none. */
export const REMEDIES: Readonly<Record<ErrorCode, Remedy>> = {
  INVALID_FORMAT: "change",
  MISSING_FIELD: "change",
  NOT_FOUND: "change",
  TOO_MANY_REQUESTS: "wait",
  LLM_UNAVAILABLE: "ask_again",
  LLM_TIMEOUT: "ask_again",
  DATABASE_ERROR: "send_again",
  STORAGE_ERROR: "send_again",
  TRANSCRIPTION_FAILED: "ask_again",
  SERVICE_ERROR: "wait",
  INVALID_TOKEN: "sign_in",
  EXPIRED_TOKEN: "sign_in",
  INSUFFICIENT_PERMISSIONS: "sign_in",
};
