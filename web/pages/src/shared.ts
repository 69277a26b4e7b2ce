// Shows a shared conversation, read-only, to whoever has the link.
import { Rest, RestError, Transcript, type Entry } from "@chatbox/client";
import { byId } from "./dom.ts";
import { showError, showNotice } from "./notices.ts";
import { failureText } from "./refusals.ts";
import { noBeginnings, TranscriptView } from "./view.ts";
import { fill, words } from "./words/words.ts";

export async function showShared(token: string, base: URL): Promise<void> {
  document.body.classList.add("shared");
  byId("state").hidden = byId("composer").hidden = true;
  const rest = new Rest(base, () => null);
  try {
    const transcript = new Transcript();
    let reading = false;
    const read = async (before?: number) => {
      reading = true;
      const page = await rest.shared(token, before);
      byId("title").textContent = document.title = page.name || words.sharedConversation;
      transcript.addOlder(page.messages, page.messages.length > 0 ? (page.next_before_seq ?? null) : null);
      reading = false;
      view.draw(transcript.entries, null);
    };
    const loadOlder = () => {
      if (!reading && transcript.olderBefore !== null) void read(transcript.olderBefore).catch(failed);
    };
    const freshFiles = async (entry: Entry) => {
      const { seq = 0, messageId } = entry.speech ?? entry;
      const { messages } = await rest.shared(token, seq + 1, 1);
      const message = messages.find(({ message_id: id }) => id === messageId);
      return message && "files" in message ? (message.files ?? null) : null;
    };
    const deeds = { retry() {}, regenerate() {}, canDiscard: () => false, discard() {}, loadOlder, transcribe: null, freshFiles, sounds: noBeginnings };
    const view = new TranscriptView(byId("entries"), byId("log"), deeds);
    await read();
    await view.whole();
    if (transcript.olderBefore === null) byId("log").scrollTop = 0; // all of it is here: people read from the beginning
    showNotice(words.readOnly, null, true);
    byId("log").focus();
  } catch (failure) {
    failed(failure as Error);
  }
}

function failed(failure: Error): void {
  const gone = failure instanceof RestError && failure.status === 404;
  showError(gone ? words.shareGone : fill(words.failed, { reason: failureText(failure) }));
}
