// Shows a shared conversation, read-only, to whoever has the link.
import { Rest, RestError, Transcript, type HistoryMessage } from "@chatbox/client";
import { byId } from "./dom.ts";
import { showError, showNotice } from "./notices.ts";
import { TranscriptView } from "./view.ts";
import { fill, words } from "./words/words.ts";

export async function showShared(token: string, base: URL): Promise<void> {
  document.body.classList.add("shared");
  byId("state").hidden = byId("composer").hidden = true;
  const rest = new Rest(base, () => null);
  try {
    let messages: HistoryMessage[] = [];
    for (let before: number | undefined; ; ) {
      const page = await rest.shared(token, before);
      messages = [...page.messages, ...messages];
      byId("title").textContent = document.title = page.name || words.sharedConversation;
      before = page.next_before_seq;
      if (before === undefined || page.messages.length === 0) break;
    }
    const transcript = new Transcript();
    transcript.load(messages);
    const deeds = { retry() {}, regenerate() {}, canDiscard: () => false, discard() {} };
    new TranscriptView(byId("entries"), byId("log"), deeds).draw(transcript.entries, null);
    showNotice(words.readOnly, null, true);
    byId("log").focus();
  } catch (failure) {
    const gone = failure instanceof RestError && failure.status === 404;
    showError(gone ? words.shareGone : fill(words.failed, { reason: (failure as Error).message }));
  }
}
