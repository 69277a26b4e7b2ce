// What a screen reader hears of a session that an administrator looks at: what is written from now on, each message and each answer as a whole.
import type { ChatClient, Entry, ServerFrame } from "@chatbox/client";
import { detailText } from "../texts.ts";
import type { TranscriptView } from "../view.ts";

export class Said {
  readonly #client: Pick<ChatClient, "transcript" | "user">;
  /** When the view was opened, by the server's clock: what is older is no news. Null until the server has told it. */
  #since: number | null = null;
  #news: (string | Entry)[] = [];
  #telling = Promise.resolve();

  constructor(client: Pick<ChatClient, "transcript" | "user">) {
    this.#client = client;
  }

  /** @param frame of the session, which the transcript has already */
  take(frame: ServerFrame): void {
    switch (frame.type) {
      case "connection_status":
        if (!frame.content) this.#since ??= Date.parse(frame.timestamp);
        break;
      case "ai_response": {
        const answer = frame.metadata.done === "true" ? this.#client.transcript.byMessageId(frame.message_id) : null;
        if (answer && this.#isNew(frame.timestamp)) this.#news.push(answer);
        break;
      }
      case "user_message":
      case "file_upload":
      case "voice_message": {
        const isOwn = (frame.metadata as { admin_id?: string } | undefined)?.admin_id === this.#client.user;
        const files = frame.files?.map(({ name }) => name) ?? [];
        if (this.#isNew(frame.timestamp) && !isOwn) this.#news.push([frame.content, ...files].filter(Boolean).join(" "));
        break;
      }
    }
  }

  /** Tells what is new once it is drawn, one after the other. */
  tell(view: TranscriptView, region: HTMLElement): void {
    const news = this.#news.splice(0);
    if (news.length > 0) this.#telling = this.#telling.then(() => this.#tell(news, view, region));
  }

  async #tell(news: readonly (string | Entry)[], view: TranscriptView, region: HTMLElement): Promise<void> {
    const told = news.map(async (one) => (typeof one === "string" ? one : `${await view.plainText(one)} ${detailText(one)}`.trim()));
    region.textContent = (await Promise.all(told)).join(" ");
  }

  #isNew(timestamp: string): boolean {
    return this.#since !== null && !(Date.parse(timestamp) <= this.#since);
  }
}
