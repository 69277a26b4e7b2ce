// What people have written and not sent, by user and conversation, in the browser's IndexedDB: it survives a reload.

interface Draft {
  user: string;
  /** The session, or empty for a conversation that has not begun. */
  session: string;
  text: string;
}

let database = "chatbox-drafts";
const DRAFTS = "drafts";

/** Keeps drafts apart from those that the same browser keeps elsewhere. */
export function keepDraftsAt(place: string): void {
  database = `chatbox-drafts-${place}`;
}

export async function readDraft(user: string, session: string): Promise<string> {
  const latest = waiting.get(`${user}\n${session}`);
  if (latest) return latest.text;
  return (await use<Draft | undefined>("readonly", (drafts) => drafts.get([user, session])).catch(() => undefined))?.text ?? "";
}

/** The drafts that wait for the one that is being written. */
const waiting = new Map<string, Draft>();
let writing = false;

/** Keeps a draft soon; an empty one is forgotten. While one is being written, only the latest of each conversation waits. */
export async function writeDraft(user: string, session: string, text: string): Promise<void> {
  waiting.set(`${user}\n${session}`, { user, session, text });
  if (writing) return;
  writing = true;
  for (const [key, draft] of waiting) {
    waiting.delete(key);
    await write(draft);
  }
  writing = false;
}

/** A store that fails keeps nothing. */
async function write(draft: Draft): Promise<void> {
  const { user, session, text } = draft;
  await use<unknown>("readwrite", (drafts) => (text ? drafts.put(draft) : drafts.delete([user, session]))).catch(() => {});
}

/** Somebody is here: the drafts of everybody else go. */
export async function keepDraftsOnlyOf(user: string): Promise<void> {
  const keys = await use<IDBValidKey[]>("readonly", (drafts) => drafts.getAllKeys()).catch(() => []);
  const others = keys.filter((key) => (key as string[])[0] !== user);
  if (others.length > 0) await use<unknown>("readwrite", (drafts) => others.map((key) => drafts.delete(key))[0]!).catch(() => {});
}

/** Opens the database and closes it again: an open connection would keep the page out of the browser's cache for its back button. */
async function use<T>(mode: IDBTransactionMode, work: (drafts: IDBObjectStore) => IDBRequest): Promise<T> {
  const opening = indexedDB.open(database, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(DRAFTS, { keyPath: ["user", "session"] });
  const opened = await resultOf<IDBDatabase>(opening);
  try {
    return await resultOf<T>(work(opened.transaction(DRAFTS, mode).objectStore(DRAFTS)));
  } finally {
    opened.close();
  }
}

function resultOf<T>(request: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = () => reject(request.error);
  });
}
