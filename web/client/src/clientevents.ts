// What a client tells its listeners.
import type { State, TokenRefusal } from "./connection.ts";
import type { ServerFrame } from "./frames.ts";
import type { Transcript } from "./transcript.ts";

/** What a client tells. Events of one frame come in this order: `admitted`, `frame`, `bound` (later if the store is slow), `change`. */
export interface ClientEvents {
  /** The connection has changed; while reconnecting, once a second with the seconds left. */
  state: { state: State; seconds: number };
  /** The server has named the user, before anything of the binding shows. With `another`, everything of the person before is dropped. */
  admitted: { user: string | null; another: boolean };
  /** A frame, after the transcript has it. */
  frame: ServerFrame;
  /** Commands go out from now on: the messages of the store are before them. `first`: this is the first binding of its socket. */
  bound: { first: boolean };
  /** The transcript differs from before. */
  change: Transcript;
  /** The server accepts the token no longer; the connection has stopped. */
  refused: TokenRefusal;
  /** The conversation was erased, on this device or another: the transcript has nothing of it any more. */
  erased: { sessionId: string };
  /** The history could not be read; `loadHistory` tries again. */
  historyFailed: Error;
}
