// A bad network between a client and a node: a TCP proxy that cuts, and that reads slowly.
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

export class BadNetwork {
  readonly #server: Server;
  readonly #pairs = new Set<[client: Socket, node: Socket]>();
  #deaf = false;
  #stalled = false;
  #down = false;
  #blocksUpgrades = false;

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
      client.on("data", (data) => {
        if (this.#blocksUpgrades && /^upgrade: websocket/im.test(data.toString("latin1"))) end();
        else node.write(data);
      });
      node.on("data", (data) => {
        if (!this.#deaf) client.write(data);
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

  async dispose(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
