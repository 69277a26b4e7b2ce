// The token of this tab: where it comes from, where it is kept, and what it claims.

const KEY = "jwt_token"; // sessionStorage belongs to one tab, so two tabs can be of two people

export function storedToken() {
  return sessionStorage.getItem(KEY);
}

export function storeToken(token) {
  sessionStorage.setItem(KEY, token);
}

// Leaves a token alone that another page of this tab has stored meanwhile.
export function discardToken(token) {
  if (storedToken() === token) sessionStorage.removeItem(KEY);
}

// `?token=` out of the address bar, where it would end up in screenshots, bookmarks and the browser's history; null if there is none.
export function takeTokenFromAddress() {
  const address = new URL(location.href);
  const token = address.searchParams.get("token");
  if (token === null) return null;
  address.searchParams.delete("token");
  history.replaceState(null, "", address);
  return token || null;
}

// The user that a token says it is of, or null. Nobody has checked the signature: a different user is a reason to hide something early,
// the same user is no reason to show or send anything. The node's word for that is `user_id` in connection_status.
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
