// What the address of a page asks for (protocol, section 9).

export interface Wanted {
  /** The conversation to show. */
  sessionId: string | null;
  /** True to begin a new conversation. */
  isNew: boolean;
  /** A shared conversation to read. */
  shareToken: string | null;
}

/** Reads the address. `new` goes from the address bar: a reload would begin another conversation. */
export function takeAddress(): Wanted {
  const address = new URL(location.href);
  const { searchParams } = address;
  const isNew = searchParams.get("new") === "1";
  if (isNew) {
    searchParams.delete("new");
    history.replaceState(null, "", address);
  }
  return { sessionId: searchParams.get("session_id") || null, isNew, shareToken: searchParams.get("share_token") || null };
}
