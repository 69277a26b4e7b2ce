// What an embedding page may tell an embedded one. Pure.

/** How the host wants the chat to look. */
export interface Look {
  theme?: string | undefined;
  title?: string | undefined;
}

export type HostMessage = { type: "token"; token: string } | { type: "shown"; shown: boolean } | ({ type: "look" } & Look);

/** Reads a message: an object, or JSON as the replaced service's hosts send it. Null for everything else. */
export function readMessage(data: unknown): HostMessage | null {
  const message = (typeof data === "string" ? parse(data) : data) as Record<string, unknown> | null;
  if (typeof message !== "object" || message === null) return null;
  const { type, token, shown, theme, title } = message;
  if (type === "token") return typeof token === "string" && token.trim() ? { type, token: token.trim() } : null;
  if (type === "shown") return { type, shown: shown === true };
  return type === "look" ? { type, theme: text(theme), title: text(title) } : null;
}

/**
 * True if messages of an origin count: of the page's own, or one that the server allows.
 * @param sources origins, also such as `https://*.example.org`
 */
export function isAdmitted(origin: string, own: string, sources: readonly string[]): boolean {
  return origin === own || sources.some((source) => source === origin || isBelow(origin, source));
}

function isBelow(origin: string, source: string): boolean {
  const [scheme, domain] = source.split("*");
  return domain !== undefined && origin.startsWith(scheme!) && origin.endsWith(domain);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
