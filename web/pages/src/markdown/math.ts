// Draws formulas as MathML. It is loaded with the first formula.
import DOMPurify from "dompurify";
import temml from "temml";

/** Draws the formula that an element holds as text. A formula that cannot be read stays text. */
export function drawFormula(element: HTMLElement): void {
  const source = element.textContent ?? "";
  try {
    const drawn = temml.renderToString(source, { displayMode: element.classList.contains("display"), throwOnError: true, maxExpand: 200, maxSize: [20, 20] });
    const plain = drawn.replace(/ style="[^"]*"/g, ""); // the content security policy refuses styles
    const math = DOMPurify.sanitize(plain, { USE_PROFILES: { mathMl: true }, FORBID_ATTR: ["style", "href", "xlink:href"], RETURN_DOM_FRAGMENT: true });
    if (math.firstElementChild) element.replaceChildren(math);
  } catch {
    // The source is more use than an error.
  }
}
