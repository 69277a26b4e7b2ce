// Plays a recording or a spoken answer, with its wave. The wave is worked out here when somebody sees the recording; where that cannot be done, it is a line.
import type { SharedFile } from "@chatbox/client";
import { element } from "./dom.ts";
import type { FileAddress } from "./fileaddress.ts";
import { icon } from "./icons.ts";
import { lengthText } from "./sizes.ts";
import { takeTurn } from "./sounds.ts";
import { BAR_WIDTH, WAVE_HEIGHT, loudness, wavePath } from "./waves.ts";
import { words } from "./words/words.ts";

const BARS = 48;
/** Larger recordings are not read for their wave alone. */
const MOST_BYTES = 4_000_000;
const SVG = "http://www.w3.org/2000/svg";

/**
 * @param failed is called if the recording cannot be played
 * @param more what screen readers call the place in the recording, and whether to play it at once
 */
export function playerIn(place: HTMLElement, file: SharedFile, address: FileAddress, failed: () => void, more: { position?: string; begins?: boolean } = {}): void {
  const audio = document.createElement("audio");
  audio.preload = "none";
  const toggle = document.createElement("button");
  toggle.type = "button";
  const time = element("time", "", " ");
  const wave = new Wave();
  const seek = document.createElement("input");
  [seek.type, seek.min, seek.max, seek.step, seek.value] = ["range", "0", "1000", "1", "0"];
  seek.setAttribute("aria-label", more.position ?? words.position);
  const track = element("span", "track");
  track.append(wave.node, seek);
  place.append(toggle, track, time);

  let length = 0;
  let renewed = false;
  const show = () => {
    const total = Number.isFinite(audio.duration) && audio.duration > 0 ? audio.duration : length;
    const part = total > 0 ? Math.min(1, audio.currentTime / total) : 0;
    wave.play(part);
    seek.value = String(Math.round(1000 * part));
    const text = lengthText(audio.paused && audio.currentTime === 0 ? total : audio.currentTime);
    time.textContent = total > 0 || audio.currentTime > 0 ? text : "";
    seek.setAttribute("aria-valuetext", `${lengthText(audio.currentTime)} / ${lengthText(total)}`);
    toggle.setAttribute("aria-label", audio.paused ? words.play : words.pause);
    toggle.replaceChildren(icon(audio.paused ? "play" : "pause"));
    toggle.dataset["icon"] = audio.paused ? "play" : "pause";
  };
  const start = async (at = audio.currentTime) => {
    const good = await address.good();
    if (!good) return failed();
    if (audio.src !== good.href) {
      audio.src = good.href;
      audio.currentTime = at;
    }
    takeTurn(audio);
    await audio.play().catch(() => {}); // an address that does not work is an error of its own
  };
  toggle.addEventListener("click", () => (audio.paused ? void start() : audio.pause()));
  seek.addEventListener("input", () => {
    const total = Number.isFinite(audio.duration) && audio.duration > 0 ? audio.duration : length;
    const at = (Number(seek.value) / 1000) * total;
    if (audio.src) audio.currentTime = at;
    else void start(at).then(() => audio.pause());
    show();
  });
  for (const news of ["play", "pause", "timeupdate", "durationchange"]) audio.addEventListener(news, show);
  audio.addEventListener("ended", () => {
    audio.currentTime = 0;
    show();
  });
  audio.addEventListener("error", () => {
    if (renewed) return failed();
    renewed = true;
    void address.renewed().then((fresh) => (fresh ? start() : failed()));
  });
  show();
  if ((file.size ?? Infinity) <= MOST_BYTES) whenSeen(place, () => void decode(address).then(drawWave));
  if (more.begins) void start();

  function drawWave(sound: AudioBuffer | null): void {
    if (!sound) return;
    length = sound.duration;
    wave.draw(loudness(sound.getChannelData(0), BARS));
    show();
  }
}

/** Runs once, when somebody sees the element. */
function whenSeen(place: HTMLElement, run: () => void): void {
  const watch = new IntersectionObserver(([seen]) => {
    if (!seen?.isIntersecting) return;
    watch.disconnect();
    run();
  });
  watch.observe(place);
}

/** The sound, or null where it cannot be had: from a store of another origin, or of a kind that this browser does not know. */
async function decode(address: FileAddress): Promise<AudioBuffer | null> {
  try {
    const good = await address.good();
    if (!good || good.origin !== location.origin) return null;
    const response = await fetch(good);
    if (!response.ok) return null;
    return await new OfflineAudioContext(1, 1, 44_100).decodeAudioData(await response.arrayBuffer());
  } catch {
    return null;
  }
}

/** The bars, and above them those that have been heard, in another colour. */
class Wave {
  readonly node = svg("svg", { viewBox: `0 0 ${BARS * BAR_WIDTH} ${WAVE_HEIGHT}`, "aria-hidden": "true", class: "wave" });
  readonly #all = svg("path", {});
  readonly #part = svg("svg", { class: "heard", width: "0", height: String(WAVE_HEIGHT) });
  readonly #heard = svg("path", {});

  constructor() {
    this.#part.append(this.#heard);
    this.node.append(this.#all, this.#part);
    this.draw(Array.from({ length: BARS }, () => 0));
  }

  draw(levels: readonly number[]): void {
    for (const path of [this.#all, this.#heard]) path.setAttribute("d", wavePath(levels));
  }

  /** @param part from 0 to 1 */
  play(part: number): void {
    this.#part.setAttribute("width", String(part * BARS * BAR_WIDTH));
  }
}

function svg(name: string, attributes: Record<string, string>): SVGElement {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}
