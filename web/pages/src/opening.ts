// What every page does first.
import { RestError } from "@chatbox/client";
import { pageAddress, serverBase, takeAddress, type Wanted } from "./address.ts";
import type { Host } from "./host.ts";
import { drawIcons } from "./icons.ts";
import { showTheme } from "./theme.ts";
import { storedToken, storeToken, takeTokenFromAddress } from "./token.ts";
import { loadWords, translatePage } from "./words/words.ts";

export interface Opening {
  wanted: Wanted;
  /** Where the server's paths lie. */
  base: URL;
  addressToken: string | null;
  /** The page or app around this one, or null. */
  host: Host | null;
}

export async function openPage(): Promise<Opening> {
  // First of all: nothing is requested or shown while the address bar holds a token.
  const addressToken = takeTokenFromAddress();
  const wanted = takeAddress();
  showTheme(wanted.theme);
  const embedded = parent !== window || "ReactNativeWebView" in window;
  const host = embedded ? (await import("./host.ts")).findHost() : null;
  await loadWords([...(wanted.language ? [wanted.language] : []), ...navigator.languages]);
  translatePage();
  drawIcons();
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[href^='./']")) {
    const [page = "", query] = link.getAttribute("href")!.slice(2).split("?");
    link.setAttribute("href", pageAddress(page, Object.fromEntries(new URLSearchParams(query))));
  }
  host?.tell({ type: "ready" });
  return { wanted, base: serverBase(new URL(location.href)), addressToken, host };
}

/** Makes a request with a token of the host's. If the server refuses it, the request is made once more with a new one. */
export async function withToken<T>(host: Host | null, work: () => Promise<T>): Promise<T> {
  if (host !== null && !storedToken()) storeToken(await host.request());
  try {
    return await work();
  } catch (failure) {
    if (host === null || !(failure instanceof RestError && failure.status === 401)) throw failure;
    storeToken(await host.request());
    return work();
  }
}

/** Takes the token of the address, unless one is stored. */
export function takeAddressToken({ addressToken }: Opening): void {
  if (addressToken && !storedToken()) storeToken(addressToken);
}
