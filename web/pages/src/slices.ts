// Long work in slices, between which the page draws what it has and listens to people.

/** A frame has 16 ms at 60 Hz, and the browser needs most of the rest to lay out and paint what has changed. */
const SLICE_MS = 3;

/** A part of a frame. Work asks between its steps whether there is time for another one. */
export class Slice {
  readonly #end = performance.now() + SLICE_MS;

  get isOver(): boolean {
    return performance.now() >= this.#end;
  }
}

let sharedBy: unknown = null;
let shared: Slice | null = null;

/** The slice of the frame that is drawn now: all who draw in it share the time. */
export function sliceOfFrame(): Slice {
  const frame = document.timeline.currentTime;
  if (shared === null || sharedBy !== frame) [shared, sharedBy] = [new Slice(), frame];
  return shared;
}

const waiting: (() => void)[] = [];

/** Does a piece of work when the page has nothing else to do, after what waits already. */
export function later(work: () => void): void {
  waiting.push(work);
  if (waiting.length === 1) setTimeout(workOn);
}

function workOn(): void {
  const slice = new Slice();
  do {
    waiting[0]?.();
    waiting.shift(); // afterwards: what comes meanwhile finds that somebody works
  } while (waiting.length > 0 && !slice.isOver);
  if (waiting.length > 0) setTimeout(workOn);
}

/** Returns what has `run` called before the next frame is drawn: once, however often it is asked to until then. */
export function oncePerFrame(run: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      run();
    });
  };
}
