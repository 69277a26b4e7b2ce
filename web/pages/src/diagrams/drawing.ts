// Has diagrams drawn: in a frame of its own, one after the other, each within a time. A frame that is late is thrown away.
import type { Drawing } from "./orders.ts";

/** For the frame with its script, which is large. */
const LOAD_WITHIN_MS = 30_000;
const DRAW_WITHIN_MS = 8_000;
/** Longer drawings are not shown, in UTF-16 code units. */
const LONGEST_DRAWING = 2_000_000;

export interface Picture {
  /** A `data:` address: an image runs no script, loads nothing and follows no link. */
  address: string;
  width: number;
  height: number;
  kind: string;
}

export class TooLate extends Error {}

let last: Promise<unknown> = Promise.resolve();

/** Draws a diagram, when those before it are drawn. Rejects with the reason if it cannot be drawn. */
export function draw(source: string, dark: boolean): Promise<Picture> {
  const drawn = last.then(() => drawInFrame(source, dark));
  last = drawn.catch(() => {});
  return drawn;
}

async function drawInFrame(source: string, dark: boolean): Promise<Picture> {
  const frame = document.createElement("iframe");
  frame.className = "drawer";
  frame.setAttribute("sandbox", "allow-scripts"); // without allow-same-origin, nothing of the page can be reached
  frame.setAttribute("aria-hidden", "true");
  frame.tabIndex = -1;
  frame.src = new URL("diagram.html", document.baseURI).href;
  try {
    const ready = answerOf(frame, 0, LOAD_WITHIN_MS);
    document.body.append(frame);
    await ready;
    const answer = answerOf(frame, 1, DRAW_WITHIN_MS);
    frame.contentWindow?.postMessage({ number: 1, source, dark }, "*"); // the frame has no origin that could be named
    const drawing = await answer;
    if (drawing.svg === undefined) throw new Error(String(drawing.problem ?? ""));
    return pictureOf(drawing);
  } finally {
    frame.remove();
  }
}

function answerOf(frame: HTMLIFrameElement, number: number, within: number): Promise<Drawing> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      removeEventListener("message", take);
    };
    const take = ({ data, source }: MessageEvent<Drawing>) => {
      if (source !== frame.contentWindow || data?.number !== number) return;
      stop();
      resolve(data);
    };
    const timer = setTimeout(() => {
      stop();
      reject(new TooLate());
    }, within);
    addEventListener("message", take);
  });
}

/** The picture of an SVG document, which the page neither reads nor takes in: its policy refuses the styles of drawings even when they are only read. */
function pictureOf({ svg, width = 0, height = 0, kind }: Drawing): Picture {
  if (typeof svg !== "string" || svg.length > LONGEST_DRAWING || !(width > 0 && height > 0)) throw new Error("");
  return { address: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`, width: Math.ceil(width), height: Math.ceil(height), kind: String(kind).slice(0, 30) };
}
