// Where messages wait that the server has not acknowledged, so that they survive a reload.
import type { SharedFile } from "./frames.ts";

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

const MESSAGES = "messages";

/**
 * A store in the browser's IndexedDB. Each operation opens the database and closes it again: an open connection would keep a page out of the
 * browser's cache for its back button.
 */
export function indexedDbStore(name = "chatbox-outbox"): OutboxStore {
  async function use<T>(mode: IDBTransactionMode, work: (messages: IDBObjectStore) => IDBRequest<T> | void): Promise<T | undefined> {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(MESSAGES, { keyPath: ["user", "id"] });
    const database = await resultOf(opening);
    try {
      const transaction = database.transaction(MESSAGES, mode);
      const request = work(transaction.objectStore(MESSAGES));
      await new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error);
      });
      return request?.result;
    } finally {
      database.close();
    }
  }

  return {
    async open(user) {
      const all = (await use<StoredMessage[]>("readonly", (messages) => messages.getAll())) ?? [];
      const others = all.filter((message) => message.user !== user);
      if (others.length > 0) {
        await use("readwrite", (messages) => others.forEach((message) => messages.delete([message.user, message.id])));
      }
      return inOrder(all.filter((message) => message.user === user));
    },
    async put(message) {
      await use("readwrite", (messages) => messages.put(message));
    },
    async remove(user, id) {
      await use("readwrite", (messages) => messages.delete([user, id]));
    },
  };
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function inOrder(messages: StoredMessage[]): StoredMessage[] {
  return messages.sort((one, other) => one.order - other.order || one.writtenAt - other.writtenAt);
}
