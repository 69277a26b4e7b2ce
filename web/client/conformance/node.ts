// A node in its own process, with a data folder of its own. The environment names its assembly in CONFORMANCE_NODE.
import { spawn, type ChildProcess } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { deadline } from "./waiting.ts";

const ASSEMBLY = process.env["CONFORMANCE_NODE"] ?? resolve("../Chatbox.Node/bin/Release/net10.0/Chatbox.Node.dll");
const SECRET = "Rk3vLx9QpT7wYz2BnM5cHd8JfG1sA4eU";

export class ChatboxNode {
  readonly port: number;
  readonly #data: string;
  readonly #settings: Record<string, string>;
  #process: ChildProcess | null = null;
  #output = "";

  private constructor(port: number, data: string, settings: Record<string, string>) {
    [this.port, this.#data, this.#settings] = [port, data, settings];
  }

  /** Starts a node whose only model, and whose service that speaks, is at this endpoint. */
  static async start(endpoint: string): Promise<ChatboxNode> {
    const [port, data] = [await freePort(), await mkdtemp(join(tmpdir(), "chatbox-conformance-"))];
    const node = new ChatboxNode(port, data, {
      ASPNETCORE_ENVIRONMENT: "Development",
      SERVER_HOST: "127.0.0.1",
      SERVER_PORT: String(port),
      OPERATOR_PORT: "0",
      DRAIN_DELAY: "0",
      DATA_DIR: data,
      JWT_SECRET: SECRET,
      LOG_LEVEL: "error",
      STREAM_CHECKPOINT_INTERVAL: "0",
      JWT_LEEWAY: "0s",
      LLM_PROVIDER_1_ID: "one",
      LLM_PROVIDER_1_TYPE: "openai",
      LLM_PROVIDER_1_ENDPOINT: endpoint,
      LLM_PROVIDER_1_API_KEY: "provider-key-of-this-test",
      LLM_PROVIDER_1_MODEL: "upstream",
      SPEECH_PROVIDER: "openai",
      SPEECH_ENDPOINT: endpoint,
    });
    await node.restart();
    return node;
  }

  /** Starts the node again, and waits until it is ready. */
  async restart(): Promise<void> {
    this.#process = spawn("dotnet", [ASSEMBLY], { cwd: this.#data, env: { ...process.env, ...this.#settings } });
    for (const stream of [this.#process.stdout, this.#process.stderr]) stream?.on("data", (text) => (this.#output += text));
    const running = this.#process;
    await deadline(this.#ready(running), 100_000, () => `The node is not ready. It wrote:\n${this.#output}`);
  }

  /** Sends SIGKILL, or another signal, and waits for the end of the process. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const running = this.#process;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once("exit", resolve));
    running.kill(signal);
    await ended;
  }

  async dispose(): Promise<void> {
    await this.kill();
    await rm(this.#data, { recursive: true, force: true });
  }

  async #ready(running: ChildProcess): Promise<void> {
    while (running.exitCode === null) {
      try {
        if ((await fetch(`http://127.0.0.1:${this.port}/chatbox/readyz`)).ok) return;
      } catch {
        // It does not listen yet.
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`The node has ended. It wrote:\n${this.#output}`);
  }
}

/** A token of this user, good for so many seconds. */
export function tokenFor(user: string, seconds = 3600): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = `${part({ alg: "HS256", typ: "JWT" })}.${part({ user_id: user, roles: [], exp: Math.floor(Date.now() / 1000) + seconds })}`;
  return `${claims}.${createHmac("sha256", SECRET).update(claims).digest("base64url")}`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
}
