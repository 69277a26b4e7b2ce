// Reads server-sent events (WHATWG HTML, section 9.2). Pure.

export interface ServerEvent {
  /** The place of this event and of all before it; undefined if this one has none of its own. */
  id?: string;
  /** `message` if the event has no name. */
  event: string;
  data: string;
}

export class ServerEventReader {
  #rest = "";

  /** Takes the next part of a stream, which may end anywhere, and returns the events that are complete. Comments are none. */
  read(part: string): ServerEvent[] {
    const blocks = (this.#rest + part).split("\n\n");
    this.#rest = blocks.pop() ?? "";
    return blocks.map(eventOf).filter((event) => event !== null);
  }
}

function eventOf(block: string): ServerEvent | null {
  const event: ServerEvent = { event: "message", data: "" };
  let known = false;
  for (const line of block.split("\n")) {
    const [, name, value = ""] = /^(id|event|data): ?(.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    known = true;
    if (name === "data") event.data += event.data ? `\n${value}` : value;
    else event[name as "id" | "event"] = value;
  }
  return known ? event : null;
}
