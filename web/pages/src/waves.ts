// The wave of a recording as a picture. Pure.

/** The picture is so high and wide, in its own units: it is drawn in any size. */
export const WAVE_HEIGHT = 32;
export const BAR_WIDTH = 4;

/** How loud each of so many parts of a recording is, the loudest part being 1. */
export function loudness(samples: Float32Array, parts: number): number[] {
  const levels = Array.from({ length: parts }, (_, n) => {
    const [from, to] = [Math.floor((n * samples.length) / parts), Math.floor(((n + 1) * samples.length) / parts)];
    let sum = 0;
    for (let at = from; at < to; at++) sum += samples[at]! * samples[at]!;
    return to > from ? Math.sqrt(sum / (to - from)) : 0;
  });
  const loudest = Math.max(...levels);
  return loudest > 0 ? levels.map((level) => level / loudest) : levels;
}

/** The path of bars, each as high as a level from 0 to 1; silence is a dot. */
export function wavePath(levels: readonly number[]): string {
  const middle = WAVE_HEIGHT / 2;
  return levels
    .map((level, n) => {
      const half = Math.max(0.01, Math.min(1, level) * (middle - 2));
      return `M${n * BAR_WIDTH + BAR_WIDTH / 2} ${round(middle - half)}v${round(2 * half)}`;
    })
    .join("");
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
