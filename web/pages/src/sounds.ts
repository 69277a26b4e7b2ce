// One sound at a time on the page, and none while somebody records.

let playing: HTMLAudioElement | null = null;
let recordings = 0;

/** True if nothing plays and nobody records. */
export function isQuiet(): boolean {
  return recordings === 0 && (playing === null || playing.paused);
}

/** A sound begins: the one before stops. */
export function takeTurn(audio: HTMLAudioElement): void {
  if (playing !== audio) playing?.pause();
  playing = audio;
}

/** Stops what plays. */
export function hush(): void {
  playing?.pause();
}

/** Stops what plays. Nothing begins by itself until the returned function is called. */
export function keepQuiet(): () => void {
  hush();
  recordings++;
  return () => void recordings--;
}
