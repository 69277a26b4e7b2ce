// The token of this tab: where it comes from, where it is kept, and whose it claims to be.

const KEY = "jwt_token"; // in sessionStorage, which belongs to one tab: two tabs can be of two people

export function storedToken() {
  return sessionStorage.getItem(KEY);
}

/** @param {string} token */
export function storeToken(token) {
  sessionStorage.setItem(KEY, token);
}

/**
 * Removes a token, unless another page of this tab has stored a different one since.
 * @param {string | null} token
 */
export function discardToken(token) {
  if (storedToken() === token) sessionStorage.removeItem(KEY);
}

/** Takes `?token=` out of the address bar and returns it, or null. Left there, it would get into screenshots, bookmarks and the browser's history. */
export function takeTokenFromAddress() {
  const address = new URL(location.href);
  const token = address.searchParams.get("token");
  if (token === null) return null;
  address.searchParams.delete("token");
  history.replaceState(null, "", address);
  return token || null;
}

/**
 * The user that a token claims to be of, or null. Nobody has checked the signature, so this may only hide something early, and never show or
 * send anything: that takes `user_id` in `connection_status`.
 * @param {string} token
 * @returns {string | null}
 */
export function claimedUser(token) {
  try {
    const payload = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    const user = JSON.parse(new TextDecoder().decode(bytes)).user_id;
    return typeof user === "string" && user ? user : null;
  } catch {
    return null;
  }
}
