// What people have written and not sent, by user and conversation, in the browser: it survives a reload.
import { Records } from "@chatbox/client";

interface Draft {
  /** Empty while the server has not named the user. */
  user: string;
  /** The session, or empty for a conversation that has not begun. */
  session: string;
  text: string;
}

const openDrafts = (database: string) => new Records<Draft>(database, "drafts", "session");

let drafts = openDrafts("chatbox-drafts");

/** Keeps drafts apart from those that the same browser keeps elsewhere. */
export function keepDraftsAt(place: string): void {
  drafts = openDrafts(`chatbox-drafts-${place}`);
}

export async function readDraft(user: string, session: string): Promise<string> {
  return (await drafts.read(user, session))?.text ?? "";
}

/** Keeps a draft; an empty one is forgotten. */
export function writeDraft(user: string, session: string, text: string): void {
  void (text ? drafts.put({ user, session, text }) : drafts.remove(user, session));
}

/** Somebody is here: the drafts of everybody else go. */
export function keepDraftsOnlyOf(user: string): void {
  void drafts.open(user);
}

/** Keeps the draft of somebody whom the server has not named yet, for whoever comes back to this tab with the same token. */
export function holdDraft(token: string, text: string): void {
  drafts.hold(token, { user: "", session: "", text });
}

export function heldDraft(token: string): string {
  return drafts.held(token)[0]?.text ?? "";
}

export function releaseDraft(): void {
  drafts.release();
}
