// Frames as the server sends them, for the tests. The types hold them to the contract.
import type { Ack, AiResponse, ConnectionStatus, ErrorCode, ErrorFrame, FileUpload, HistoryMessage, Loading, Notification, UserMessage } from "../src/frames.ts";

export const SESSION = "0123456789abcdef0123456789abcdef";
export const OTHER_SESSION = "fedcba9876543210fedcba9876543210";

const envelope = { session_id: SESSION, timestamp: "2026-01-02T03:04:05Z" };

export function status(more?: Partial<ConnectionStatus>): ConnectionStatus {
  return { ...envelope, type: "connection_status", sender: "system", user_id: "alice", model_id: "small", ...more };
}

/** The server asks to read the history up to this place. */
export function reload(seq: number) {
  return status({ seq, metadata: { history: "reload" } });
}

export function ack(id: string, seq: number, messageId: string): Ack {
  return { ...envelope, type: "ack", sender: "system", id, seq, message_id: messageId };
}

export function userMessage(messageId: string, seq: number, content: string, id?: string): UserMessage {
  return { ...envelope, type: "user_message", sender: "user", message_id: messageId, seq, content, ...(id && { id }) };
}

/** A file that a model returned with an answer. */
export function returnedFile(messageId: string, seq: number, of: string): FileUpload {
  const file = { file_id: "f1", file_url: "/f1", name: "image-1.png", mime_type: "image/png", size: 5 };
  return { ...envelope, type: "file_upload", sender: "ai", message_id: messageId, seq, content: "", file_id: "f1", files: [file], metadata: { of } };
}

export function loading(messageId: string, reason?: "thinking"): Loading {
  return { ...envelope, type: "loading", sender: "ai", message_id: messageId, metadata: reason ? { reason } : {} };
}

export function piece(messageId: string, offset: number, content: string, metadata?: Partial<AiResponse["metadata"]>): AiResponse {
  return {
    ...envelope,
    type: "ai_response",
    sender: "ai",
    model_id: "small",
    message_id: messageId,
    offset,
    content,
    metadata: ({ streaming: "true", done: "false", ...metadata } as AiResponse["metadata"]),
  };
}

/** @param length of the answer */
export function end(messageId: string, seq: number, length: number, metadata?: Partial<AiResponse["metadata"]>): AiResponse {
  return { ...piece(messageId, length, "", { done: "true", finish_reason: "stop", ...metadata }), seq };
}

/** @param id of the command that is refused */
export function error(code: ErrorCode, id?: string): ErrorFrame {
  return { ...envelope, type: "error", sender: "ai", error: { code, message: "No.", recoverable: true }, ...(id && { id }) };
}

export function notification(more: Partial<Notification>): Notification {
  return { ...envelope, type: "notification", sender: "system", content: "", ...more };
}

/** A message of the history: answers have even places. */
export function historyMessage(seq: number, content: string, messageId = `m${seq}`): HistoryMessage {
  const common = { seq, message_id: messageId, content, timestamp: envelope.timestamp };
  return seq % 2 === 0 ? { ...common, type: "ai_response", sender: "ai" } : { ...common, type: "user_message", sender: "user" };
}

/** A token that claims to be of this user. Nobody has signed it. */
export function tokenOf(user: string, signature = "c2ln") {
  const claims = Buffer.from(JSON.stringify({ user_id: user, roles: [] })).toString("base64url");
  return `eyJhbGciOiJIUzI1NiJ9.${claims}.${signature}`;
}
