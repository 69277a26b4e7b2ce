// Frames as the server sends them, for the tests. The types hold them to the contract.
/** @import { Ack, AiResponse, ConnectionStatus, ErrorCode, ErrorFrame, HistoryMessage, Loading, Notification, UserMessage } from "../../frames" */

export const SESSION = "0123456789abcdef0123456789abcdef";
export const OTHER_SESSION = "fedcba9876543210fedcba9876543210";

const envelope = { session_id: SESSION, timestamp: "2026-01-02T03:04:05Z" };

/**
 * @param {Partial<ConnectionStatus>} [more]
 * @returns {ConnectionStatus}
 */
export function status(more) {
  return { ...envelope, type: "connection_status", sender: "system", user_id: "alice", model_id: "small", ...more };
}

/**
 * The server asks to read the history up to this place.
 * @param {number} seq
 */
export function reload(seq) {
  return status({ seq, metadata: { history: "reload" } });
}

/**
 * @param {string} id
 * @param {number} seq
 * @param {string} messageId
 * @returns {Ack}
 */
export function ack(id, seq, messageId) {
  return { ...envelope, type: "ack", sender: "system", id, seq, message_id: messageId };
}

/**
 * @param {string} messageId
 * @param {number} seq
 * @param {string} content
 * @param {string} [id]
 * @returns {UserMessage}
 */
export function userMessage(messageId, seq, content, id) {
  return { ...envelope, type: "user_message", sender: "user", message_id: messageId, seq, content, ...(id && { id }) };
}

/**
 * @param {string} messageId
 * @param {"thinking"} [reason]
 * @returns {Loading}
 */
export function loading(messageId, reason) {
  return { ...envelope, type: "loading", sender: "ai", message_id: messageId, metadata: reason ? { reason } : {} };
}

/**
 * @param {string} messageId
 * @param {number} offset
 * @param {string} content
 * @param {Partial<AiResponse["metadata"]>} [metadata]
 * @returns {AiResponse}
 */
export function piece(messageId, offset, content, metadata) {
  return {
    ...envelope,
    type: "ai_response",
    sender: "ai",
    model_id: "small",
    message_id: messageId,
    offset,
    content,
    metadata: /** @type {AiResponse["metadata"]} */ ({ streaming: "true", done: "false", ...metadata }),
  };
}

/**
 * @param {string} messageId
 * @param {number} seq
 * @param {number} length of the answer
 * @param {Partial<AiResponse["metadata"]>} [metadata]
 * @returns {AiResponse}
 */
export function end(messageId, seq, length, metadata) {
  return { ...piece(messageId, length, "", { done: "true", finish_reason: "stop", ...metadata }), seq };
}

/**
 * @param {ErrorCode} code
 * @param {string} [id] of the command that is refused
 * @returns {ErrorFrame}
 */
export function error(code, id) {
  return { ...envelope, type: "error", sender: "ai", error: { code, message: "No.", recoverable: true }, ...(id && { id }) };
}

/**
 * @param {Partial<Notification>} more
 * @returns {Notification}
 */
export function notification(more) {
  return { ...envelope, type: "notification", sender: "system", content: "", ...more };
}

/**
 * A message of the history: answers have even places.
 * @param {number} seq
 * @param {string} content
 * @param {string} [messageId]
 * @returns {HistoryMessage}
 */
export function historyMessage(seq, content, messageId = `m${seq}`) {
  const common = { seq, message_id: messageId, content, timestamp: envelope.timestamp };
  return seq % 2 === 0 ? { ...common, type: "ai_response", sender: "ai" } : { ...common, type: "user_message", sender: "user" };
}

/**
 * A token that claims to be of this user. Nobody has signed it.
 * @param {string} user
 * @param {string} [signature]
 */
export function tokenOf(user, signature = "c2ln") {
  const claims = Buffer.from(JSON.stringify({ user_id: user, roles: [] })).toString("base64url");
  return `eyJhbGciOiJIUzI1NiJ9.${claims}.${signature}`;
}
