import { RestError, type ErrorFrame } from "@chatbox/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newsOf } from "../src/news.ts";
import { failureText, refusalText } from "../src/refusals.ts";
import * as texts from "../src/texts.ts";
import { problemText } from "../src/uploadtexts.ts";
import { de } from "../src/words/de.ts";
import { en } from "../src/words/en.ts";
import { loadWords } from "../src/words/words.ts";
import { notification } from "../../client/tests/frames.ts";
import type { ErrorReason, Note, NotificationReason } from "@chatbox/client";

const ENGLISH = "Said by the server.";

const refused = (code: string, field?: string, reason?: string) =>
  refusalText({
    error: { code: code as ErrorFrame["error"]["code"], message: ENGLISH, recoverable: true },
    metadata: { ...(field && { field }), ...(reason && { reason: reason as ErrorReason }) },
  });
const failed = (status: number, code: string) => failureText(new RestError(status, code, ENGLISH));
const news = (reason: string) => newsOf(notification({ content: ENGLISH, metadata: { reason: reason as NotificationReason } }), false)?.text;
const note = (metadata: object) => texts.noteText({ ...notification({ content: ENGLISH }), metadata } as Note);

/** Of section 5.1 of the protocol. */
const CODES = [
  ..."INVALID_FORMAT MISSING_FIELD NOT_FOUND TOO_MANY_REQUESTS LLM_UNAVAILABLE LLM_TIMEOUT TRANSCRIPTION_FAILED DATABASE_ERROR".split(" "),
  ..."SERVICE_ERROR INVALID_TOKEN EXPIRED_TOKEN INSUFFICIENT_PERMISSIONS STORAGE_ERROR".split(" "),
];

const REASONS =
  "queue_full ended nothing_to_regenerate answer_running index_behind slow_reader held_by_another not_holder person_answers not_offered unknown_message no_recording no_transcription unreadable no_file_store".split(
    " ",
  );

describe("on an English page", () => {
  test("a code that means one thing is said in the page's words", () => {
    expect(refused("LLM_TIMEOUT")).toBe(en.modelTimeout);
    expect(failed(0, "UNREACHABLE")).toBe(en.serverUnreachable);
  });

  test("a code with several causes is said by the server, which knows the cause", () => {
    expect(refused("SERVICE_ERROR")).toBe(ENGLISH);
    expect(failed(409, "CONFLICT")).toBe(ENGLISH);
    expect(news("files_not_read")).toBe(ENGLISH);
    expect(note({ reason: "file_refused", name: "run.exe" })).toBe(ENGLISH);
  });
});

describe("on a German page", () => {
  beforeAll(() => loadWords(["de-DE"]));
  afterAll(() => loadWords(["en-US"]));

  test("every code of the protocol is said in German", () => {
    for (const code of CODES) expect(Object.values(de), code).toContain(refused(code));
    expect(refused("NOT_FOUND", "model_id")).toBe(de.refusedModel);
    expect(refused("INVALID_FORMAT", "file_url")).toBe(de.refusedAddress);
    expect(refused("INVALID_FORMAT", "metadata")).toBe(de.refusedForm);
    expect(refused("SERVICE_ERROR", undefined, "of_tomorrow")).toBe(de.refusedNow);
  });

  test("so is every cause of a code", () => {
    const vague = [de.refusedNow, de.refusedAbsent, de.notSaved];
    for (const reason of REASONS) {
      expect(Object.values(de), reason).toContain(refused("SERVICE_ERROR", "type", reason));
      expect(vague, reason).not.toContain(refused("SERVICE_ERROR", "type", reason));
    }
    expect(refused("SERVICE_ERROR", undefined, "person_answers")).toBe(de.refusedPerson);
  });

  test("so are refused requests, and files that are refused", () => {
    for (const [status, code] of [[401, "INVALID_TOKEN"], [403, "FORBIDDEN"], [404, "NOT_FOUND"], [409, "CONFLICT"], [500, "INTERNAL_ERROR"], [503, "SERVICE_UNAVAILABLE"]] as const)
      expect(Object.values(de), code).toContain(failed(status, code));
    expect(failed(429, "")).toBe(de.tooFast);
    expect(problemText({ problem: new RestError(408, "REQUEST_TIMEOUT", ENGLISH) }, 1)).toBe(de.refusedTimeout);
    expect(problemText({ problem: new RestError(503, "SERVICE_UNAVAILABLE", ENGLISH) }, 1)).toBe(de.serverBusy);
  });

  test("so are news, and a file of a model that is not shown", () => {
    for (const reason of ["connection_limit", "token_expiring", "reconnect", "session_ended", "session_expired", "files_not_read"])
      expect(Object.values(de), reason).toContain(news(reason));
    expect(note({ reason: "file_refused", name: "run.exe" })).toBe("Das Modell hat die Datei run.exe zurückgegeben, die nicht gezeigt wird.");
    for (const fault of "size type mismatch empty name active bomb damaged infected quota count total no_store address unavailable".split(" "))
      expect(note({ reason: "file_refused", name: "run.exe", fault }), fault).toMatch(/^Das Modell .* run\.exe .* gezeigt wird\. [A-Z].*\.$/);
    expect(note({ reason: "file_refused", name: "run.exe", fault: "type" })).toContain(de.refusedType);
    expect(texts.tokenRefusedText({ reason: "refused", message: ENGLISH })).toBe(de.tokenRefused);
  });

  test("what the page does not know is said by the server", () => {
    expect(refused("OF_TOMORROW")).toBe(ENGLISH);
    expect(failed(418, "TEAPOT")).toBe(ENGLISH);
    expect(news("of_tomorrow")).toBe(ENGLISH);
    expect(note({})).toBe(ENGLISH);
  });
});
