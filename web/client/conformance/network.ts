// A bad network between a client and a node: a TCP proxy that cuts, and that reads slowly.
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

export class BadNetwork {
  readonly #server: Server;
  readonly #pairs = new Set<[client: Socket, node: Socket]>();
  #deaf = false;
  #stalled = false;
  #down = false;
  #blocksUpgrades = false;
  #cutUploads = { after: Infinity, times: 0 };

  /** Where the bytes of each request of a resumable upload began, in the order of the requests. */
  readonly uploadOffsets: number[] = [];

  /** @param port where the node listens */
  constructor(port: number) {
    this.#server = createServer((client) => {
      if (this.#down) {
        client.on("error", () => {}).destroy();
        return;
      }
      const node = connect(port, "127.0.0.1");
      const pair: [Socket, Socket] = [client, node];
      this.#pairs.add(pair);
      const end = () => {
        this.#pairs.delete(pair);
        client.destroy();
        node.destroy();
      };
      for (const socket of pair) socket.on("error", end).on("close", end);
      let [passed, cut] = [0, false];
      client.on("data", (data) => {
        if (this.#blocksUpgrades && /^upgrade: websocket/im.test(data.toString("latin1"))) return end();
        this.#noteUpload(data);
        node.write(data);
        passed += data.length;
        if (this.#cutUploads.times === 0 || passed < this.#cutUploads.after) return;
        this.#cutUploads.times--;
        cut = true;
        client.pause();
        node.end(); // when the node has done with what has arrived, it ends the connection, and then the client notices
      });
      node.on("data", (data) => {
        if (!this.#deaf && !cut) client.write(data);
      });
      if (this.#stalled) node.pause();
    });
  }

  async listen(): Promise<URL> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/chatbox/`);
  }

  /** Lets no WebSocket through any more, as some company networks do. */
  blockUpgrades(): void {
    this.#blocksUpgrades = true;
  }

  /** Lets nothing through, or lets connections through again. */
  takeDown(down: boolean): void {
    this.#down = down;
    if (down) this.cut();
  }

  /** Cuts connections, so many times, after a client has sent so many bytes over one. Those bytes arrive, and no answer to them. */
  cutUploads(after: number, times: number): void {
    this.#cutUploads = { after, times };
  }

  /** How many of these cuts are still to come. */
  get cutsLeft(): number {
    return this.#cutUploads.times;
  }

  /** Cuts every connection. What is on its way is lost. */
  cut(): void {
    this.#deaf = false;
    for (const pair of this.#pairs) pair.forEach((socket) => socket.destroy());
  }

  /** Nothing of the node's reaches the client until the next cut; what the client sends still arrives. */
  loseAnswers(): void {
    this.#deaf = true;
  }

  /** Stops reading from the node, or reads on. */
  stall(stalled: boolean): void {
    this.#stalled = stalled;
    for (const [, node] of this.#pairs) stalled ? node.pause() : node.resume();
  }

  #noteUpload(data: Buffer): void {
    const head = data.subarray(0, 6).toString("latin1") === "PATCH " ? data.subarray(0, 8192).toString("latin1") : "";
    const offset = /^upload-offset: *(\d+)/im.exec(head)?.[1];
    if (offset !== undefined) this.uploadOffsets.push(Number(offset));
  }

  async dispose(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
