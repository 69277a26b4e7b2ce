// What does not work, as the feed has told since the page was opened. It is no list of the server: after a gap, nothing is known.
import { html, render } from "lit/html.js";
import type { AdminEvent } from "@chatbox/client";
import { byId } from "../dom.ts";
import { timeText } from "../texts.ts";
import { fill } from "../words/words.ts";
import { adminWords } from "./adminwords.ts";

export class Health {
  /** Sentences by what they are about. */
  readonly #troubles = new Map<string, string>();

  take({ type, timestamp, metadata: { model = "", node = "", channel = "" } = {} }: AdminEvent): void {
    const words = adminWords();
    const time = timeText(timestamp);
    if (type === "model_failing") this.#troubles.set(`${model}\n${node}`, fill(words.modelFails, { model, node, time }));
    else if (type === "model_recovered") this.#troubles.delete(`${model}\n${node}`);
    else if (type === "store_failing") this.#troubles.set(node, fill(words.storeFails, { node, time }));
    else if (type === "store_recovered") this.#troubles.delete(node);
    else if (type === "notification_failed") this.#troubles.set("notification", fill(words.untold, { channel, time }));
    else if (type === "reload") this.#troubles.clear();
    else return;
    byId("health").hidden = this.#troubles.size === 0;
    render([...this.#troubles.values()].map((trouble) => html`<li>${trouble}</li>`), byId("health"));
  }
}
