// What a client needs from the world around it. Tests bring a world of their own, in which time moves only when they say so.

/** The part of a WebSocket that a client uses. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: string }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  send(data: string): void;
  close(): void;
}

/** Reasons to look at the network again. */
export type Wake = "online" | "offline" | "visible";

export interface Platform {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Milliseconds since 1970. */
  date(): number;
  /** Calls `run` once after this many milliseconds. Returns a function that prevents it. */
  after(milliseconds: number, run: () => void): () => void;
  /** A number from 0 to 1. */
  random(): number;
  /** A new id for a command, at most 64 characters. */
  newId(): string;
  /** False if the device knows that it has no network. */
  isOnline(): boolean;
  /** Calls the listener when the network comes or goes, and when somebody looks again. */
  onWake(listener: (wake: Wake) => void): void;
  /** @throws if a subprotocol has characters that none may have */
  openSocket(address: URL, protocols: string[]): Socket;
  fetch(address: URL, init: RequestInit): Promise<Response>;
  /** Sends a body and tells how much of it has gone. Rejects if the server is not reached, or the signal aborts. */
  transfer(address: URL, transfer: Transfer): Promise<Response>;
}

/** A request whose body is large. */
export interface Transfer {
  method: "POST" | "PATCH";
  headers: Record<string, string>;
  body: Blob | FormData;
  signal: AbortSignal;
  /** Is called with the bytes of the body that have gone so far. */
  onProgress(bytes: number): void;
}

/** The platform of a page, and of any program that has the same globals. */
export function browserPlatform(): Platform {
  return {
    now: () => performance.now(),
    date: () => Date.now(),
    after(milliseconds, run) {
      const timer = setTimeout(run, milliseconds);
      return () => clearTimeout(timer);
    },
    random: Math.random,
    newId,
    isOnline: () => globalThis.navigator?.onLine !== false,
    onWake(listener) {
      if (typeof document === "undefined") return;
      addEventListener("online", () => listener("online"));
      addEventListener("offline", () => listener("offline"));
      document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && listener("visible"));
    },
    openSocket: (address, protocols) => new WebSocket(address, protocols) as Socket,
    fetch: (address, init) => fetch(address, init),
    transfer: (address, transfer) => (typeof XMLHttpRequest === "undefined" ? transferByFetch : transferByXhr)(address, transfer),
  };
}

/** Tells nothing before the end: `fetch` does not say how much of a body has gone. */
async function transferByFetch(address: URL, { method, headers, body, signal }: Transfer): Promise<Response> {
  return fetch(address, { method, headers, body, signal, cache: "no-store" });
}

function transferByXhr(address: URL, { method, headers, body, signal, onProgress }: Transfer): Promise<Response> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open(method, address);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => {
      const lines = request.getAllResponseHeaders().trim().split(/\r?\n/).filter(Boolean);
      const received = lines.map((line): [string, string] => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]);
      resolve(new Response(request.status === 204 ? null : request.responseText, { status: request.status, headers: received }));
    };
    request.onerror = request.onabort = () => reject(signal.reason ?? new TypeError("The server could not be reached."));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}

/** `randomUUID` exists only in secure contexts, and a node on a plain local network address is none. */
function newId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
