// A world for a client in which time moves only when a test says so, and every socket's server is the test.
import assert from "node:assert/strict";
import type { ClientFrame, ServerFrame } from "../src/frames.ts";
import type { Platform, Socket, Wake } from "../src/platform.ts";

export class FakeSocket implements Socket {
  readonly address: string;
  readonly protocols: string[];
  readonly sent: ClientFrame[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;

  constructor(address: URL, protocols: string[]) {
    if (/[^\x21-\x7e]/.test(protocols.join(""))) throw new SyntaxError();
    this.address = address.href;
    this.protocols = protocols;
  }

  /** A parameter of the address. */
  query(name: string): string | null {
    return new URL(this.address).searchParams.get(name);
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }

  close(): void {
    this.closed = true;
  }

  accept(): void {
    this.onopen?.();
  }

  receive(...frames: ServerFrame[]): void {
    for (const frame of frames) this.onmessage?.({ data: JSON.stringify(frame) });
  }

  end(code: number, reason = ""): void {
    this.closed = true;
    this.onclose?.({ code, reason });
  }
}

export class World {
  readonly sockets: FakeSocket[] = [];
  online = true;
  now = 0;
  date = 1_000_000_000_000;

  /** Answers requests over HTTP. */
  fetch: Platform["fetch"] = () => Promise.reject(new TypeError("unreachable"));

  /** Takes request bodies. */
  transfer: Platform["transfer"] = () => Promise.reject(new TypeError("unreachable"));

  /** Returns the numbers that spread attempts. */
  random = () => 1;

  #timers: { at: number; run: () => void }[] = [];
  readonly #listeners: ((wake: Wake) => void)[] = [];
  #ids = 0;

  readonly platform: Platform = {
    now: () => this.now,
    date: () => this.date + this.now,
    after: (milliseconds, run) => {
      const timer = { at: this.now + milliseconds, run };
      this.#timers.push(timer);
      return () => void (this.#timers = this.#timers.filter((other) => other !== timer));
    },
    random: () => this.random(),
    newId: () => `c${++this.#ids}`,
    isOnline: () => this.online,
    onWake: (listener) => void this.#listeners.push(listener),
    openSocket: (address, protocols) => {
      const socket = new FakeSocket(address, protocols);
      this.sockets.push(socket);
      return socket;
    },
    fetch: (address, init) => this.fetch(address, init),
    transfer: (address, transfer) => this.transfer(address, transfer),
  };

  /** The socket that was opened last. */
  get newest(): FakeSocket {
    const socket = this.sockets.at(-1);
    assert.ok(socket);
    return socket;
  }

  wake(wake: Wake): void {
    for (const listener of this.#listeners) listener(wake);
  }

  /** Lets time pass. Timers run in order. */
  pass(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.now = Math.max(this.now, next.at);
      next.run();
    }
    this.now = end;
  }

  /** Lets promises come to their ends. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  }
}
