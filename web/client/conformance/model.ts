// A model with OpenAI's protocol, and a service that speaks. The answer follows from the question, and the test decides how much of it comes.
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface Message {
  role: string;
  content: string;
}

/** Silence: frames of MPEG-1, layer III, 128 kbit/s, 44.1 kHz. */
const SOUND = Buffer.concat(Array.from({ length: 4 }, () => Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x64]), Buffer.alloc(413)])));

export class ScriptedModel {
  readonly #answers: Map<string, string[]>;
  readonly #server: Server;
  readonly #streams: { response: ServerResponse; pieces: string[] }[] = [];
  #open = Infinity;
  #speech = { held: false, refuses: false };
  #waiting: (() => void)[] = [];

  /** @param answers the pieces of the answer to each question */
  constructor(answers: Record<string, string[]>) {
    this.#answers = new Map(Object.entries(answers));
    this.#server = createServer((request, response) => {
      let body = "";
      request.on("data", (text) => (body += text));
      const speaks = request.url?.endsWith("/audio/speech");
      request.on("end", () => (speaks ? this.#speak(response) : this.#answer(JSON.parse(body).messages, response)));
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  /** Further answers stop after this many pieces. */
  stopAfter(pieces: number): void {
    this.#open = pieces;
  }

  /** Lets the rest of all answers come, a number of pieces at a time. */
  continue(pieces = Infinity): void {
    this.#open = Infinity;
    for (const stream of this.#streams) send(stream, pieces);
  }

  /** Whether sounds wait, and whether the next one is refused. */
  speech({ held = false, refuses = false }): void {
    this.#speech = { held, refuses };
    if (!held) for (const send of this.#waiting.splice(0)) send();
  }

  async dispose(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #speak(response: ServerResponse): void {
    const send = () => {
      response.writeHead(this.#speech.refuses ? 400 : 200, { "Content-Type": "audio/mpeg" });
      response.end(SOUND);
      this.#speech.refuses = false;
    };
    if (this.#speech.held) this.#waiting.push(send);
    else send();
  }

  #answer(messages: Message[], response: ServerResponse): void {
    const question = messages.findLast(({ content }) => this.#answers.has(content));
    const whole = (question && this.#answers.get(question.content)) ?? ["Well, ", "well."];
    // After a crash the node asks the model to go on: the message before that request is the beginning of the answer.
    const begun = messages.at(-1) === question || !question ? "" : (messages.at(-2)?.content ?? "");
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    const stream = { response, pieces: begun ? [whole.join("").slice(begun.length)] : [...whole] };
    this.#streams.push(stream);
    send(stream, this.#open);
  }
}

function send({ response, pieces }: { response: ServerResponse; pieces: string[] }, count: number): void {
  if (response.writableEnded || response.destroyed) return;
  for (const content of pieces.splice(0, count)) event(response, { choices: [{ index: 0, delta: { content } }] });
  if (pieces.length > 0) return;
  event(response, { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
  response.end("data: [DONE]\n\n");
}

function event(response: ServerResponse, data: object): void {
  response.write(`data: ${JSON.stringify({ id: "a", object: "chat.completion.chunk", created: 1, model: "upstream", ...data })}\n\n`);
}
