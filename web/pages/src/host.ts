// The page or app around this one: asks it for tokens, and tells it what happens (protocol, section 9). Only an embedded page loads this.
import type { ChatClient, ServerFrame } from "@chatbox/client";
import { byId } from "./dom.ts";
import { isAdmitted, readMessage, type Look } from "./hostmessages.ts";
import { keepTokenInMemory } from "./token.ts";
import { words } from "./words/words.ts";

/** How long the host has to give a token. */
const TOKEN_WITHIN_MS = 10_000;

declare global {
  interface Window {
    /** A web view of React Native. */
    ReactNativeWebView?: { postMessage(text: string): void };
  }
}

/** Finds out who embeds this page. The token stays in memory: several embedded pages can share one tab, and its storage. */
export function findHost(): Host {
  const own = location.origin;
  const claimed = new URLSearchParams(location.search).get("parent") || document.referrer;
  const origin = parent === window ? own : (location.ancestorOrigins?.[0] ?? (URL.canParse(claimed) ? new URL(claimed).origin : "*"));
  if (origin !== own) keepTokenInMemory();
  const sources = document.querySelector<HTMLMetaElement>("meta[name=parent-origins]")?.content.split(" ") ?? [];
  return new Host(origin, (from) => isAdmitted(from, own, sources));
}

export class Host {
  readonly #origin: string;
  readonly #admits: (origin: string) => boolean;
  #waiting: ((token: string) => void)[] = [];
  #shown = true;

  /** Is called with each token that the host gives. */
  onToken = (_: string): void => {};
  /** Is called when the host shows the chat again. */
  onShow = (): void => {};
  onLook = (_: Look): void => {};

  /**
   * @param origin of the host; `*` if the browser does not tell
   * @param admits whether messages of this origin count
   */
  constructor(origin: string, admits: (origin: string) => boolean) {
    [this.#origin, this.#admits] = [origin, admits];
    addEventListener("message", (message) => this.#hear(message));
  }

  /** Names what this page keeps in the browser, apart from what it keeps at other hosts; empty at its own origin. */
  get place(): string {
    return this.#origin === location.origin ? "" : this.#origin;
  }

  tell(message: { type: string; [name: string]: unknown }): void {
    if (window.ReactNativeWebView) window.ReactNativeWebView.postMessage(JSON.stringify(message));
    else parent.postMessage(message, this.#origin);
  }

  /** Asks for a token. Rejects if none comes in ten seconds; `onToken` is called all the same if it comes later. */
  request(): Promise<string> {
    this.tell({ type: "request_token" });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(words.hostSilent)), TOKEN_WITHIN_MS);
      this.#waiting.push((token) => (clearTimeout(timer), resolve(token)));
    });
  }

  /** Tells the host what happens in the chat: answers and messages that nobody sees, its height, and that somebody wants to close it. */
  follow(client: ChatClient): void {
    let unread = 0;
    let seen: { session: string | null; seq: number } = { session: null, seq: 0 };
    const count = (number: number) => {
      if (number !== unread) this.tell({ type: "unread", count: (unread = number) });
    };
    client.on("frame", (frame) => {
      // What a conversation has when the page comes to it is not new.
      if (frame.type === "connection_status" && !frame.content && frame.session_id !== seen.session) seen = { session: frame.session_id, seq: frame.seq ?? 0 };
      if (!isForReader(frame)) return;
      const { seq } = frame;
      const isNewer = frame.session_id !== seen.session || seq > seen.seq;
      seen = { session: frame.session_id, seq: isNewer ? seq : seen.seq };
      if (isNewer && !(this.#shown && document.visibilityState === "visible")) count(unread + 1);
    });
    this.#whenShown = () => this.#shown && document.visibilityState === "visible" && count(0);
    document.addEventListener("visibilitychange", this.#whenShown);
    this.#tellHeight();
    byId("close").addEventListener("click", () => this.tell({ type: "close" }));
    document.addEventListener("keydown", ({ key }) => key === "Escape" && !byId("close").hidden && nothingIsOpen() && this.tell({ type: "close" }), { capture: true });
  }

  #whenShown = (): unknown => null;

  #tellHeight(): void {
    const [header, log, footer] = [document.querySelector("header")!, byId("log"), document.querySelector("footer")!];
    let height = 0;
    const measure = () => {
      const top = log.getBoundingClientRect().top - log.scrollTop;
      const ends = [...log.children].filter((part) => part.clientHeight > 0).map((part) => part.getBoundingClientRect().bottom + parseFloat(getComputedStyle(part).marginBottom));
      const now = Math.ceil(header.offsetHeight + Math.max(0, ...ends.map((end) => end - top)) + parseFloat(getComputedStyle(log).paddingBottom) + footer.offsetHeight);
      if (now !== height) this.tell({ type: "resize", height: (height = now) });
    };
    const observer = new ResizeObserver(measure);
    for (const part of [header, footer, log, ...log.children]) observer.observe(part); // the log, because margins depend on its height
  }

  #hear({ source, origin, data }: MessageEvent): void {
    if ((source !== parent && source !== window) || !this.#admits(origin)) return;
    const message = readMessage(data);
    if (message?.type === "token") {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const resolve of waiting) resolve(message.token);
      this.onToken(message.token);
    } else if (message?.type === "shown") {
      this.#shown = message.shown;
      this.#whenShown();
      if (message.shown) this.onShow();
    } else if (message?.type === "look") this.onLook(message);
  }
}

/** What people come back for: an answer that is complete, or a person's message. */
function isForReader(frame: ServerFrame): frame is ServerFrame & { seq: number; session_id: string } {
  if (frame.type === "ai_response") return frame.metadata.done === "true";
  return (frame.type === "user_message" || frame.type === "file_upload" || frame.type === "voice_message") && frame.sender === "admin";
}

/** Escape closes what lies above the conversation first. */
function nothingIsOpen(): boolean {
  return !document.body.classList.contains("side-open") && byId("more-items").hidden && !document.querySelector("dialog[open]");
}
