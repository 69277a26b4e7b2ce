// The token of this tab: where it comes from, and where it is kept.

const KEY = "jwt_token"; // in sessionStorage, which belongs to one tab: two tabs can be of two people

/** The token of a page that stores none; undefined if this page stores it. */
let kept: string | null | undefined;

/** From now on the token is in memory only. */
export function keepTokenInMemory(): void {
  kept = null;
}

export function storedToken(): string | null {
  return kept === undefined ? sessionStorage.getItem(KEY) : kept;
}

export function storeToken(token: string): void {
  if (kept === undefined) sessionStorage.setItem(KEY, token);
  else kept = token;
}

/** Removes a token, unless another page of this tab has stored a different one since. */
export function discardToken(token: string | null): void {
  if (storedToken() !== token) return;
  if (kept === undefined) sessionStorage.removeItem(KEY);
  else kept = null;
}

/** Takes `?token=` out of the address bar and returns it, or null. Left there, it would get into screenshots, bookmarks and the browser's history. */
export function takeTokenFromAddress(): string | null {
  const address = new URL(location.href);
  const token = address.searchParams.get("token");
  if (token === null) return null;
  address.searchParams.delete("token");
  history.replaceState(null, "", address);
  return token || null;
}

/** True if a token claims to be an administrator's. Nobody has checked that, so this only decides what the page offers. */
export function claimsAdmin(token: string | null): boolean {
  try {
    const payload = token!.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/");
    const roles: unknown = JSON.parse(atob(payload)).roles;
    return Array.isArray(roles) && roles.some((role) => role === "admin" || role === "chat_admin");
  } catch {
    return false;
  }
}
