// The wire protocol as types: docs/protocol.md, sections 4 to 6, and docs/asyncapi.yaml. A test compares the types of frames with asyncapi.yaml.

/** A model that can answer. */
export interface Model {
  id: string;
  name: string;
}

/** What a client can send (section 5, Client to server). */
export type ClientFrame =
  | UserMessageCommand
  | ModelSelect
  | Stop
  | Regenerate
  | TokenRefresh
  | Ping
  | TypingIndicatorCommand
  | HelpRequest
  | Feedback
  | SeenMark
  | AdminCommand
  | Transcribe
  | FileCommand;

interface Command {
  /** The command's id, at most 64 characters. The server does the work of an id once and acknowledges every repetition. */
  id?: string;
  /** The session that the command is meant for. */
  session_id?: string;
}

export interface UserMessageCommand extends Command {
  type: "user_message";
  content: string;
  metadata?: MessageMetadata;
}

/** What goes with a message of any form. */
export type MessageMetadata = {
  /** Files of this service besides the first: their ids, separated by commas. */
  file_ids?: string;
  /** Asks for the answer aloud. Nodes that do not speak ignore it. */
  speak?: "true";
} & Record<string, string | number | boolean>;

export interface ModelSelect extends Command {
  type: "model_select";
  model_id: string;
}

export interface Stop extends Command {
  type: "stop";
  /** The answer to end, or the message that it answers. Without it, whatever runs. */
  message_id?: string;
}

export interface Regenerate extends Command {
  type: "regenerate";
}

/** Transcribes a voice message again that has no transcript. */
export interface Transcribe extends Command {
  type: "transcribe";
  /** The voice message. */
  message_id: string;
}

export interface TokenRefresh {
  type: "token_refresh";
  /** The new token. */
  content: string;
}

export interface Ping {
  type: "ping";
}

export interface TypingIndicatorCommand {
  type: "typing_indicator";
  content: "start" | "stop";
}

export interface HelpRequest extends Command {
  type: "help_request";
}

export interface Feedback extends Command {
  type: "feedback";
  content: "up" | "down";
  /** The rated message. Without it, the conversation is rated. */
  message_id?: string;
  metadata?: { comment?: string };
}

export interface SeenMark {
  type: "seen";
  /** The place of the furthest item that the client has shown. */
  metadata: { seq: number };
}

/** What only administrators send. `admin_transfer` names the other administrator in `content`, `note` holds its text there. */
export type AdminCommand = Command & ({ type: "admin_join" | "admin_leave" | "admin_decline" } | { type: "admin_transfer" | "note"; content: string });

/**
 * A message with a file (section 7): one of this service by its id, or one at a public https address. Further files of this service are in
 * `metadata.file_ids`, separated by commas.
 */
export interface FileCommand extends Command {
  type: "file_upload" | "voice_message";
  file_id: string;
  file_url: string;
  content?: string;
  metadata?: MessageMetadata;
}

/** What the server sends (section 5, Server to client). Clients ignore types that they do not know. */
export type ServerFrame =
  | ConnectionStatus
  | Ack
  | UserMessage
  | Loading
  | AiResponse
  | ErrorFrame
  | Notification
  | TypingIndicator
  | Pong
  | FileUpload
  | AdminJoin
  | AdminLeave
  | AdminTransfer
  | Note
  | Seen
  | Presence
  | VoiceMessage
  | TranscriptItem
  | SpeechItem;

interface Sent {
  sender: "user" | "ai" | "admin" | "system";
  /** RFC 3339, UTC. */
  timestamp: string;
}

/** The fields that every frame from the server can have (section 4). */
interface Envelope extends Sent {
  session_id: string;
  /** The place of an item in its session. Only items have one. */
  seq?: number;
  message_id?: string;
  content?: string;
  metadata?: Record<string, string>;
}

export interface ConnectionStatus extends Envelope {
  type: "connection_status";
  /** Whose token the socket was opened with. */
  user_id?: string;
  /** Absent while an administrator holds the session. */
  models?: Model[];
  /** Absent if the frame says that help was requested. */
  model_id?: string;
  /** Only when another model answers from now on, or when help was requested: a sentence that says so. */
  content?: string;
  metadata?: {
    /** `reload`: read the history up to `seq` over REST. */
    history?: "reload";
    /** The administrator who holds the session. */
    admin_id?: string;
    admin_name?: string;
    help_requested?: "true";
    /** Voice messages become text. */
    transcription?: "true";
    /** Answers to messages with `metadata.speak` are spoken. */
    speech?: "true";
    /** Only for an administrator who looks at another's session: whose it is, and what the socket is there. */
    owner_id?: string;
    role?: "holder" | "watcher";
  };
}

export interface Ack extends Envelope {
  type: "ack";
  id: string;
  seq: number;
}

export interface UserMessage extends Envelope, WithFiles {
  type: "user_message";
  content: string;
  seq: number;
  message_id: string;
  /** The command's id, if the server repeats a message to the client that sent it. */
  id?: string;
}

export interface Loading extends Envelope {
  type: "loading";
  message_id: string;
  metadata?: { reason?: "thinking" };
}

export type FinishReason = "stop" | "length" | "stopped" | "cut" | "timeout" | "error" | "taken_over";

/** The metadata of an answer's piece or end. All values are strings (section 4). */
export interface AnswerMetadata {
  streaming: "true";
  done: "true" | "false";
  reset?: "true";
  thinking?: string;
  /** A number: where `thinking` starts in all of the thinking. */
  thinking_offset?: string;
  finish_reason?: FinishReason;
  prompt_tokens?: string;
  completion_tokens?: string;
  usage_estimated?: "true";
  /** The `message_id` of the earlier answer that this answer replaces. */
  supersedes?: string;
  superseded?: "true";
  /** Only in the end of an answer that is spoken: exactly one `speech` follows in its own place. */
  speech?: "pending" | "done" | "failed";
}

/** The end of an answer whose sound is known has it as its file. */
export interface AiResponse extends Envelope, WithFiles {
  type: "ai_response";
  content: string;
  model_id: string;
  message_id: string;
  /** Where `content` starts in the answer, in UTF-16 code units. */
  offset: number;
  metadata: AnswerMetadata & Record<string, string>;
}

/** The error codes of this version (section 5.1). */
export type ErrorCode =
  | "INVALID_FORMAT"
  | "MISSING_FIELD"
  | "NOT_FOUND"
  | "TOO_MANY_REQUESTS"
  | "LLM_UNAVAILABLE"
  | "LLM_TIMEOUT"
  | "DATABASE_ERROR"
  | "STORAGE_ERROR"
  | "TRANSCRIPTION_FAILED"
  | "SERVICE_ERROR"
  | "INVALID_TOKEN"
  | "EXPIRED_TOKEN"
  | "INSUFFICIENT_PERMISSIONS";

export interface ErrorFrame extends Envelope {
  type: "error";
  /** The id of the command that was refused, if it had one. */
  id?: string;
  error: {
    code: ErrorCode;
    message: string;
    /** False: the server closes the socket. */
    recoverable: boolean;
    /** Milliseconds. */
    retry_after?: number | null;
  };
  /** The field to blame, and which of the causes of the code it is, where it has several. */
  metadata?: { field?: string; reason?: ErrorReason };
}

/** The causes of `SERVICE_ERROR`, `NOT_FOUND` and `DATABASE_ERROR` (protocol, section 5.1). */
export type ErrorReason =
  | "queue_full"
  | "ended"
  | "nothing_to_regenerate"
  | "answer_running"
  | "index_behind"
  | "slow_reader"
  | "held_by_another"
  | "not_holder"
  | "person_answers"
  | "not_offered"
  | "unknown_message"
  | "no_recording"
  | "no_transcription"
  | "unreadable"
  | "no_file_store";

export type NotificationReason =
  | "connection_limit"
  | "token_expiring"
  | "reconnect"
  | "session_ended"
  | "session_expired"
  | "queue_position"
  | "files_not_read"
  | "file_refused"
  | "session_renamed"
  | "session_erased";

/** Why a file that a model returned is not shown; the first nine are also reasons of refused uploads. */
export type FileFault =
  | "size"
  | "type"
  | "mismatch"
  | "empty"
  | "name"
  | "active"
  | "bomb"
  | "damaged"
  | "infected"
  | "quota"
  | "count"
  | "total"
  | "no_store"
  | "address"
  | "unavailable";

export interface Notification extends Envelope {
  type: "notification";
  content: string;
  metadata?: {
    reason?: NotificationReason;
    /** A number of milliseconds, with the reason `reconnect`. */
    reconnect_after_ms?: string;
    /** With the reason `queue_position`: the user's place, 1 for the next, and how many people wait. */
    position?: string;
    waiting?: string;
    /**
     * With the reason `session_renamed`: the session, which can be another one than that of the socket, and its name. With `file_refused`: the
     * answer, and the name of the file.
     */
    of?: string;
    name?: string;
    /** With the reason `file_refused`: why the file is not shown. Absent in what older servers have stored. */
    fault?: FileFault;
  };
}

export interface TypingIndicator extends Envelope {
  type: "typing_indicator";
  content: "start" | "stop";
}

export interface Pong {
  type: "pong";
}

/** A file of a message. The address of a file of this service is good for a limited time. */
export interface SharedFile {
  file_id: string;
  file_url?: string;
  name: string;
  mime_type: string;
  /** Bytes. */
  size?: number;
  /** Pixels. */
  width?: number;
  height?: number;
}

/** The first file of a message, and all of them. */
interface WithFiles {
  file_id?: string;
  file_url?: string;
  /** Absent in imported conversations. */
  files?: SharedFile[];
}

/** A message with files, to every viewer, its sender included. */
export interface FileUpload extends Envelope, WithFiles {
  type: "file_upload";
  content: string;
  seq: number;
  message_id: string;
  file_id: string;
}

/** An administrator, as the people in a session see the administrator. */
interface AdminNames {
  admin_id: string;
  admin_name: string;
}

interface EndOfTakeover extends AdminNames {
  reason: "left" | "transferred" | "gone" | "silent" | "ended";
}

/** An administrator has taken the session over. */
export interface AdminJoin extends Envelope {
  type: "admin_join";
  seq: number;
  message_id: string;
  metadata: AdminNames & Record<string, string>;
}

/** The administrator no longer holds the session. */
export interface AdminLeave extends Envelope {
  type: "admin_leave";
  seq: number;
  message_id: string;
  metadata: EndOfTakeover & Record<string, string>;
}

/** Only to administrators: what became of an offer to hand the session over. */
export interface AdminTransfer extends Envelope {
  type: "admin_transfer";
  metadata: AdminNames & { to: string; state: "offered" | "declined" | "expired" } & Record<string, string>;
}

/** Only to administrators: a private note. */
export interface Note extends Envelope {
  type: "note";
  content: string;
  seq: number;
  message_id: string;
  metadata: AdminNames & Record<string, string>;
}

/** The other side has shown everything up to `metadata.seq`. */
export interface Seen extends Envelope {
  type: "seen";
  metadata: { seq: string };
}

/** Whether the other side is there: of the sender `admin` who holds the session, or of the user, for administrators. */
export interface Presence extends Envelope {
  type: "presence";
  content: "here" | "away";
  /** Of an administrator: who. */
  metadata?: { admin_id?: string };
}

/** A voice message, to every viewer, its sender included. The history of an imported conversation can have one without files. */
export interface VoiceMessage extends Envelope, WithFiles {
  type: "voice_message";
}

/** Why a recording has no transcript. */
export type TranscriptionFailure = "unavailable" | "refused" | "too_large" | "nothing_heard" | "gone" | "ended";

interface TranscriptMetadata {
  /** The `message_id` of the voice message. */
  of: string;
  state: "done" | "failed";
  reason?: TranscriptionFailure;
}

/** What was said in a voice message, or that there is no transcript. The newest of a message counts. */
export interface TranscriptItem extends Envelope {
  type: "transcript";
  /** Empty after a failure; the history then has words that say so (`metadata.placeholder`). */
  content: string;
  seq: number;
  message_id: string;
  metadata: TranscriptMetadata & Record<string, string>;
}

/** Why an answer that was asked for aloud has no sound. */
export type SpeechFailure = "unavailable" | "refused" | "too_large" | "nothing_to_say" | "not_stored" | "superseded" | "ended";

interface SpeechMetadata {
  /** The `message_id` of the answer. */
  of: string;
  state: "done" | "failed";
  /** The answer was too long to be spoken to its end. */
  cut?: "true";
  reason?: SpeechFailure;
}

/** The sound of an answer, or that there is none: exactly once after each end whose `metadata.speech` is `pending`. */
export interface SpeechItem extends Envelope, WithFiles {
  type: "speech";
  /** Always empty; the history has words (`metadata.placeholder`). */
  content: string;
  seq: number;
  message_id: string;
  metadata: SpeechMetadata & Record<string, string>;
}

/** A message as `GET sessions/{id}` lists it (section 6, Reading). */
export type HistoryMessage = Sent & { seq: number; message_id: string; content: string } & (
    | ({ type: "user_message" | "voice_message"; metadata?: Record<string, string> } & WithFiles)
    | { type: "notification"; metadata?: Record<string, string> }
    | { type: "transcript"; metadata: TranscriptMetadata & Record<string, string> }
    | ({ type: "speech"; metadata: SpeechMetadata & Record<string, string> } & WithFiles)
    | { type: "admin_join"; metadata: AdminNames & Record<string, string> }
    | { type: "admin_leave"; metadata: EndOfTakeover & Record<string, string> }
    | ({ type: "file_upload"; file_id: string; metadata?: Record<string, string> } & WithFiles)
    | ({ type: "ai_response"; metadata?: Partial<AnswerMetadata> & Record<string, string> } & WithFiles)
  );
