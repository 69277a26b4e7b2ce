/**
 * The user that a token claims to be of, or null. Nobody has checked the signature, so this may only hide something early, and never show or
 * send anything: that takes `user_id` in `connection_status`.
 */
export function claimedUser(token: string): string | null {
  try {
    const payload = token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    const user: unknown = JSON.parse(new TextDecoder().decode(bytes)).user_id;
    return typeof user === "string" && user ? user : null;
  } catch {
    return null;
  }
}
