// The page that draws diagrams, in a frame without an origin of its own: mermaid writes styles, which the policy of the chat page refuses. It knows
// nothing but the text that it is sent, may ask for nothing, and answers with the text of a picture.
import mermaid from "mermaid";
import { LONGEST_SOURCE, type Drawing, type Order } from "./orders.ts";

const { parent } = window;
const tell = (drawing: Drawing) => parent.postMessage(drawing, "*"); // whoever embeds this page has sent the text

addEventListener("message", async ({ data, source }: MessageEvent<Order>) => {
  if (source !== parent || typeof data?.source !== "string") return;
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: "strict",
    htmlLabels: false, // a picture holds no HTML
    layout: "dagre", // elk is left out
    theme: data.dark ? "dark" : "default",
    fontFamily: "system-ui, sans-serif",
    maxTextSize: LONGEST_SOURCE,
    maxEdges: 500,
    suppressErrorRendering: true,
    // What a diagram cannot set for itself.
    secure: ["secure", "securityLevel", "startOnLoad", "maxTextSize", "maxEdges", "suppressErrorRendering", "htmlLabels", "fontFamily", "layout", "theme", "themeCSS"],
  });
  try {
    const { svg, diagramType } = await mermaid.render("diagram", data.source);
    tell({ number: data.number, ...sized(svg), kind: diagramType });
  } catch (failure) {
    tell({ number: data.number, problem: String((failure as Error)?.message ?? failure).slice(0, 300) });
  }
});

/** Mermaid gives a drawing the width of its place; an image needs a size of its own. */
function sized(svg: string): { svg: string; width: number; height: number } {
  const root = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  const [, , width = 0, height = 0] = (root.getAttribute("viewBox") ?? "").split(/[\s,]+/).map(Number);
  root.setAttribute("width", String(width));
  root.setAttribute("height", String(height));
  return { svg: new XMLSerializer().serializeToString(root), width, height };
}

tell({ number: 0 });
