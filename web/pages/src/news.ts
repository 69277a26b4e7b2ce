// What the page does about a notification (protocol, section 5). Pure.
import type { Notification, NotificationReason } from "@chatbox/client";
import { serverText } from "./refusals.ts";
import type { Words } from "./words/en.ts";
import { words } from "./words/words.ts";

const REASONS: Partial<Record<NotificationReason, keyof Words>> = {
  connection_limit: "connectionLimit",
  token_expiring: "sessionExpires",
  reconnect: "serverRestarts",
  session_ended: "sessionEnded",
  session_expired: "sessionExpired",
  files_not_read: "filesNotRead",
};

/** What the page shows about a notification. */
export interface News {
  text: string;
  /** It stays until other news come. */
  lasts: boolean;
  asksForToken: boolean;
}

/** @param renewed true if the page has sent a newer token already */
export function newsOf({ content, metadata }: Pick<Notification, "content" | "metadata">, renewed: boolean): News | null {
  const reason = metadata?.reason;
  if (reason === "queue_position" || reason === "session_renamed" || reason === "session_erased") return null; // the page shows them in their place
  const asksForToken = reason === "token_expiring";
  const word = reason && REASONS[reason];
  const text = serverText(content, word && words[word]);
  // The end of a session that has rested stays on the page: nobody was looking when it happened.
  const lasts = asksForToken || reason === "session_expired";
  return text && !(asksForToken && renewed) ? { text, lasts, asksForToken } : null;
}
