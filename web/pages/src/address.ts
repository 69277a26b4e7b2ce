// What the address of a page asks for (protocol, section 9).

export interface Wanted {
  /** The conversation to show. */
  sessionId: string | null;
  /** True to begin a new conversation. */
  isNew: boolean;
  /** A shared conversation to read. */
  shareToken: string | null;
  /** True to show the conversation on the dashboard. */
  isAdmin: boolean;
  /** `light` or `dark`; otherwise the page is as the device is. */
  theme: string | null;
  /** The language of the page, before those of the browser. */
  language: string | null;
  /** What the header says in place of the conversation's name. */
  title: string | null;
  /** True to show a button that asks the embedding page to close the chat. */
  isClosable: boolean;
}

/** What the links between the pages keep. */
const KEPT = ["prefix", "api", "theme", "lang", "title", "close", "parent"];

/** Reads the address. `new` goes from the address bar: a reload would begin another conversation. */
export function takeAddress(): Wanted {
  const address = new URL(location.href);
  const { searchParams } = address;
  const isNew = searchParams.get("new") === "1";
  if (isNew) {
    searchParams.delete("new");
    history.replaceState(null, "", address);
  }
  return {
    sessionId: searchParams.get("session_id") || null,
    isNew,
    shareToken: searchParams.get("share_token") || null,
    isAdmin: searchParams.get("admin") === "true",
    theme: searchParams.get("theme"),
    language: searchParams.get("lang"),
    title: searchParams.get("title"),
    isClosable: searchParams.get("close") === "1",
  };
}

/** The address of a page from another one. */
export function pageAddress(page: string, query: Record<string, string> = {}, from = location.search): string {
  const parameters = new URLSearchParams(query);
  const here = new URLSearchParams(from);
  for (const name of KEPT) if (here.has(name)) parameters.set(name, here.get(name)!);
  return `./${page}${parameters.size > 0 ? `?${parameters}` : ""}`;
}

/**
 * Where the server's paths lie: next to the page, or where `prefix` or `api` says. Another origin than the page's own is ignored: a link must not
 * send a token elsewhere.
 */
export function serverBase(page: URL): URL {
  const told = page.searchParams.get("prefix") ?? page.searchParams.get("api");
  const base = new URL(told && URL.canParse(told, page) ? told : ".", page);
  if (base.origin !== page.origin) return new URL(".", page);
  base.pathname = `${base.pathname.replace(/\/*$/, "")}/`;
  base.search = base.hash = "";
  return base;
}
