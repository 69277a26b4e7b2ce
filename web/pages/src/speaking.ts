// The sound of an answer, below its text: that it is being made, its player, or why there is none.
import type { Speech } from "@chatbox/client";
import { element } from "./dom.ts";
import { FileAddress, type Fresh } from "./fileaddress.ts";
import { speechFailureText } from "./texts.ts";
import { words } from "./words/words.ts";

/**
 * @param fresh reads the sound again, with an address that is good
 * @param begins true if the sound is to be heard at once
 */
export function spoken({ state, file, failure, cut }: Speech, fresh: Fresh, begins: boolean): HTMLElement {
  const node = element("div", "speech");
  if (state === "pending") {
    const waits = element("p", "voice waits", words.speechPending);
    waits.prepend(element("i"));
    node.append(waits);
  } else if (state === "done" && file) {
    node.setAttribute("role", "group");
    node.setAttribute("aria-label", words.spokenAnswer);
    const place = element("div", "voice");
    const gone = () => place.replaceWith(element("p", "hint", words.speechGone));
    node.append(place);
    const address = FileAddress.of([file], fresh)[0]!;
    void import("./player.ts").then(({ playerIn }) => playerIn(place, file, address, gone, { position: words.speechPosition, begins }), gone);
    if (cut) node.append(element("p", "hint", words.speechCut));
  } else {
    node.append(element("p", "hint", speechFailureText(failure)));
  }
  return node;
}
