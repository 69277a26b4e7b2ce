// A model with OpenAI's protocol. Its answer follows from the question, and the test decides how much of it comes.
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface Message {
  role: string;
  content: string;
}

export class ScriptedModel {
  readonly #answers: Map<string, string[]>;
  readonly #server: Server;
  readonly #streams: { response: ServerResponse; pieces: string[] }[] = [];
  #open = Infinity;

  /** @param answers the pieces of the answer to each question */
  constructor(answers: Record<string, string[]>) {
    this.#answers = new Map(Object.entries(answers));
    this.#server = createServer((request, response) => {
      let body = "";
      request.on("data", (text) => (body += text));
      request.on("end", () => this.#answer(JSON.parse(body).messages, response));
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

  async dispose(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
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
