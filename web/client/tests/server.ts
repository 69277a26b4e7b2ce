// A server with one session of one user, which keeps the rules of the protocol: items and answers reach every socket from its resume point on,
// and each command takes effect once. Its network is bad on request.
import type { ClientFrame, HistoryMessage, ServerFrame } from "../src/frames.ts";
import { ack, end, historyMessage, loading, piece, reload, status, userMessage } from "./frames.ts";
import type { FakeSocket, World } from "./world.ts";

type Item = Answer & { seq: number; command?: string; role: "user" | "ai" };

/** `kept`: what was withdrawn of the text lay behind this place. */
type Answer = { id: string; text: string; kept: number };

/** One end of a socket: what the server has put into it, and how much of that has arrived. */
interface Line {
  socket: FakeSocket;
  taken: number;
  waiting: ServerFrame[];
}

export class SimulatedServer {
  readonly #world: World;
  readonly #items: Item[] = [];
  readonly #acks = new Map<string, { seq: number; messageId: string }>();
  readonly #lines: Line[] = [];
  readonly #farBehind: number;
  #running: Answer | null = null;
  #next = 1;
  #attached = 0;

  /** @param farBehind after this many items a client has to read the history */
  constructor(world: World, farBehind: number) {
    this.#world = world;
    this.#farBehind = farBehind;
    world.fetch = async (address) => {
      if (address.pathname.endsWith("/ws")) return new Response("", { status: 503 });
      const before = Number(address.searchParams.get("before_seq") ?? Infinity);
      return Response.json({ messages: this.#history().filter(({ seq }) => seq < before).slice(-2) });
    };
  }

  /** What everybody has to see in the end. */
  get texts(): string[] {
    return this.#items.map(({ text }) => text);
  }

  /** Accepts the sockets that have been opened since. */
  accept(): void {
    for (; this.#attached < this.#world.sockets.length; this.#attached++) {
      const socket = this.#world.sockets[this.#attached]!;
      if (socket.closed) continue;
      socket.accept();
      const line: Line = { socket, taken: 0, waiting: [] };
      this.#lines.push(line);
      this.#bind(line, Number(socket.query("last_seq")), socket.query("partial"));
    }
  }

  /** Takes what clients have sent. `twice` takes each frame a second time, as a client does that got no ack. */
  take(twice = false): void {
    for (const line of this.#lines) {
      for (; line.taken < line.socket.sent.length; line.taken++) {
        const frame = line.socket.sent[line.taken]!;
        this.#command(line, frame);
        if (twice) this.#command(line, frame);
      }
    }
  }

  /** Lets some frames arrive; the rest waits in the network. */
  deliver(count = Infinity): void {
    for (const line of this.#lines) line.socket.receive(...line.waiting.splice(0, count));
  }

  /** Cuts every socket. What waits in the network is lost. */
  cut(): void {
    for (const { socket } of this.#lines.splice(0)) if (!socket.closed) socket.end(1006);
  }

  /** The model says more, with or without its beginning withdrawn. */
  say(text: string, withdrawFrom: number | null = null): void {
    if (!this.#running) return;
    const offset = withdrawFrom === null ? this.#running.text.length : Math.min(withdrawFrom, this.#running.text.length);
    if (withdrawFrom !== null) this.#running.kept = Math.min(this.#running.kept, offset);
    this.#running.text = this.#running.text.slice(0, offset) + text;
    this.#tell(piece(this.#running.id, offset, text, withdrawFrom === null ? {} : { reset: "true" }));
  }

  /** The model has said everything. */
  finish(): void {
    if (!this.#running) return;
    const { id, text, kept } = this.#running;
    this.#running = null;
    const item = this.#add({ id, text, kept, role: "ai" });
    this.#tell(end(id, item.seq, text.length));
  }

  get isAnswering(): boolean {
    return this.#running !== null;
  }

  #command(line: Line, frame: ClientFrame): void {
    if (frame.type !== "user_message" || !frame.id) return;
    const known = this.#acks.get(frame.id);
    if (known) return void line.waiting.push(ack(frame.id, known.seq, known.messageId));
    const item = this.#add({ id: `m${this.#next}`, text: frame.content, kept: Infinity, command: frame.id, role: "user" });
    this.#acks.set(frame.id, { seq: item.seq, messageId: item.id });
    for (const other of this.#lines) if (other !== line) other.waiting.push(userMessage(item.id, item.seq, item.text));
    line.waiting.push(ack(frame.id, item.seq, item.id));
    if (this.#running) return;
    this.#running = { id: `a${item.seq}`, text: "", kept: Infinity };
    this.#tell(loading(this.#running.id));
  }

  #bind(line: Line, lastSeq: number, partial: string | null): void {
    const missed = this.#items.filter(({ seq }) => seq > lastSeq);
    const newest = this.#items.at(-1)?.seq ?? 0;
    if (missed.length > this.#farBehind) line.waiting.push(reload(newest));
    else line.waiting.push(status({ seq: newest }), ...missed.flatMap((item) => this.#frames(item, partial)));
    if (this.#running) {
      line.waiting.push(loading(this.#running.id));
      if (this.#running.text) {
        line.waiting.push(rest(this.#running, partial));
      }
    }
  }

  #frames(item: Item, partial: string | null): ServerFrame[] {
    if (item.role === "user") return [userMessage(item.id, item.seq, item.text, item.command)];
    return [rest(item, partial), end(item.id, item.seq, item.text.length)];
  }

  #history(): HistoryMessage[] {
    return this.#items.map(({ seq, id, text, role }) =>
      role === "ai"
        ? { ...historyMessage(2, text, id), seq }
        : { ...historyMessage(1, text, id), seq },
    );
  }

  #add(item: Omit<Item, "seq">): Item {
    const added = { ...item, seq: this.#next };
    this.#next += 1 + (this.#next % 2); // numbers can be skipped
    this.#items.push(added);
    return added;
  }

  #tell(frame: ServerFrame): void {
    for (const line of this.#lines) line.waiting.push(frame);
  }
}

/** What follows the part of an answer that a client has. What was withdrawn while its socket was away is withdrawn now. */
function rest({ id, text, kept }: Answer, partial: string | null): ServerFrame {
  const [of, length] = partial?.split(":") ?? [];
  const known = of === id ? Math.min(Number(length), kept) : 0;
  return piece(id, known, text.slice(known), of === id && known < Number(length) ? { reset: "true" } : {});
}
