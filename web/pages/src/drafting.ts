// Keeps what is in the field and not sent, and puts it back.
import type { ChatClient } from "@chatbox/client";
import type { Composer } from "./composer.ts";
import { heldDraft, holdDraft, keepDraftsOnlyOf, readDraft, releaseDraft, writeDraft } from "./drafts.ts";

export class Drafting {
  readonly #client: ChatClient;
  readonly #composer: Composer;
  readonly #isLocked: () => boolean;
  /** The page keeps its token in the tab, and so what somebody writes before the node has named them. */
  readonly #holds: boolean;
  /** The conversation whose draft is in the field, as `user` and `session`. */
  #of = "";
  /** The node said at the binding that the conversation has items. */
  #hasBegun = false;

  /** Is called when the field gets what belongs to a conversation. */
  onEnter = (_place: string): void => {};

  /** @param isLocked returns true while nobody may see what its owner has written */
  constructor(client: ChatClient, composer: Composer, isLocked: () => boolean, holds: boolean) {
    [this.#client, this.#composer, this.#isLocked, this.#holds] = [client, composer, isLocked, holds];
    client.on("frame", (frame) => {
      if (frame.type === "connection_status" && !frame.content) this.#hasBegun = Number(frame.seq) > 0;
    });
    client.on("admitted", () => client.user !== null && keepDraftsOnlyOf(client.user));
  }

  /** The session, or nothing for a conversation that has not begun: its id changes with each socket. */
  get place(): string {
    const { sessionId, entries } = this.#client.transcript;
    return (entries.length > 0 || this.#hasBegun) && sessionId ? sessionId : "";
  }

  /** A page begins with this token: what was written with it before the node had named the user is there again. */
  begin(token: string): void {
    const text = this.#holds ? heldDraft(token) : "";
    if (text && !this.#composer.text) this.#composer.write(text);
  }

  /** The text in the field has changed. It survives a reload when this returns. */
  written(text: string): void {
    const { user, token } = this.#client;
    if (user === null) {
      if (this.#holds && token !== null) holdDraft(token, text);
      return;
    }
    this.#of = `${user}\n${this.place}`;
    writeDraft(user, this.place, text);
  }

  /** Puts back what its user had written in this conversation, once. What is in the field already counts more. */
  async show(): Promise<void> {
    const { user } = this.#client;
    const { place } = this;
    if (user === null || this.#isLocked() || !this.#client.isBound || this.#of === `${user}\n${place}`) return;
    const hasJustBegun = this.#of === `${user}\n`;
    this.#of = `${user}\n${place}`;
    this.onEnter(place);
    const { text } = this.#composer;
    if (text) writeDraft(user, place, text);
    if (text && hasJustBegun) writeDraft(user, "", "");
    releaseDraft();
    const draft = await readDraft(user, place);
    if (draft && this.#client.user === user && this.place === place && !this.#composer.text && !this.#isLocked()) this.#composer.write(draft);
  }

  /** A conversation is erased, and so is what somebody had begun to write in it. */
  drop(sessionId: string): void {
    if (this.#client.user !== null) writeDraft(this.#client.user, sessionId, "");
  }

  /** Another conversation comes. */
  leave(): void {
    this.#of = "";
  }

  /** Another person comes. */
  forget(): void {
    this.#of = "";
    releaseDraft();
  }
}
