// A diagram in an answer: its source, until somebody wants it drawn; then the picture, with the source below.
import { element } from "../dom.ts";
import { fill, words } from "../words/words.ts";
import { draw, TooLate } from "./drawing.ts";
import { LONGEST_SOURCE } from "./orders.ts";

/**
 * Draws the diagram whose source stands in this frame of code.
 * @param button asked for it; it says what goes on
 */
export async function showDiagram(framed: HTMLElement, button: HTMLButtonElement): Promise<void> {
  const source = framed.querySelector("pre")?.textContent ?? "";
  button.disabled = true;
  button.textContent = words.drawing;
  const dark = matchMedia((document.getElementById("dark") as HTMLLinkElement).media).matches;
  try {
    if (source.length > LONGEST_SOURCE) throw new Error(words.diagramTooLong);
    const { address, width, height, kind } = await draw(source, dark);
    if (!framed.isConnected) return;
    const picture = new Image(width, height);
    picture.alt = fill(words.diagramOf, { kind });
    picture.src = address;
    await picture.decode();
    button.remove();
    framed.querySelector(".undrawn")?.remove();
    const code = element("div", "code");
    code.dataset["language"] = framed.dataset["language"] ?? "";
    code.append(...framed.childNodes); // with the button to copy
    const details = element("details");
    details.append(element("summary", "", words.diagramSource), code);
    const scroller = element("div", dark ? "drawn dark" : "drawn");
    scroller.tabIndex = 0; // a wide one is scrolled by keys, too
    scroller.append(picture);
    framed.className = "diagram"; // the same node: the block keeps it
    framed.append(scroller, details);
  } catch (failure) {
    const reason = failure instanceof TooLate ? words.diagramTooLate : (failure as Error).message;
    button.textContent = words.drawDiagram;
    button.disabled = false;
    framed.querySelector(".undrawn")?.remove();
    const note = element("p", "undrawn", fill(words.diagramFailed, { reason }));
    note.setAttribute("role", "status");
    framed.append(note);
  }
}
