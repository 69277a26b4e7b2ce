// Where messages wait that the server has not acknowledged, so that they survive a reload.
import type { SharedFile } from "./frames.ts";
import { Records } from "./records.ts";

/** A message that the server has not acknowledged. */
export interface StoredMessage {
  /** Whose message it is, by the name that the server uses. */
  user: string;
  /** The id of its command. */
  id: string;
  text: string;
  /** The files that it carries; the server has them already. */
  files?: readonly SharedFile[];
  /** It is a recording. */
  voice?: boolean;
  /** It asks for its answer aloud. */
  speak?: boolean;
  /** Its place among the messages of this user. Two pages can use the same number. */
  order: number;
  /** When it was written, in milliseconds since 1970. Clocks can go back, so this decides only between equal places. */
  writtenAt: number;
  /** The server has refused it. */
  failed: boolean;
}

/** A store may fail, and may be shared by several clients of one person. Nobody waits for it longer than {@link RESTORE_WITHIN_MS}. */
export interface OutboxStore {
  /** The messages of this user, the oldest first. Erases those of everybody else. */
  open(user: string): Promise<StoredMessage[]>;
  put(message: StoredMessage): Promise<void>;
  remove(user: string, id: string): Promise<void>;

  /** Keeps a message of somebody whom the server has not named yet, for whoever comes back with the same token. Its `user` is empty. */
  hold?(token: string, message: StoredMessage): void;
  /** The messages that are held for a token, the oldest first. */
  held?(token: string): StoredMessage[];
  /** Drops one message that is held, or all of them. */
  release?(id?: string): void;
}

/** How long the first messages of a client wait for the store. */
export const RESTORE_WITHIN_MS = 2_000;

/** A store that forgets everything with the client. */
export function memoryStore(): OutboxStore {
  const messages = new Map<string, StoredMessage>();
  return {
    async open(user) {
      for (const [key, message] of messages) if (message.user !== user) messages.delete(key);
      return inOrder([...messages.values()]);
    },
    async put(message) {
      messages.set(`${message.user}\n${message.id}`, message);
    },
    async remove(user, id) {
      messages.delete(`${user}\n${id}`);
    },
  };
}

/**
 * A store in the browser's IndexedDB. What is put there survives a reload from that moment on.
 * @param holds keeps messages of people whom the server has not named yet in the tab, beside their token: for pages that keep the token there anyway
 */
export function indexedDbStore(name = "chatbox-outbox", holds = false): OutboxStore {
  const messages = new Records<StoredMessage>(name, "messages", "id");
  const store = {
    open: async (user: string) => inOrder(await messages.open(user)),
    put: (message: StoredMessage) => messages.put(message),
    remove: (user: string, id: string) => messages.remove(user, id),
  };
  const holding = {
    hold: (token: string, message: StoredMessage) => messages.hold(token, message),
    held: (token: string) => inOrder(messages.held(token)),
    release: (id?: string) => messages.release(id),
  };
  return holds ? { ...store, ...holding } : store;
}

function inOrder(messages: StoredMessage[]): StoredMessage[] {
  return messages.sort((one, other) => one.order - other.order || one.writtenAt - other.writtenAt);
}
