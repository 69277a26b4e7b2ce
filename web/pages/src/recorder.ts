// Records a voice message, with its time and level, in place of the field.
import { element, button } from "./dom.ts";
import { announce } from "./notices.ts";
import { lengthText } from "./sizes.ts";
import { BAR_WIDTH, WAVE_HEIGHT, wavePath } from "./waves.ts";
import { words } from "./words/words.ts";

const LONGEST_S = 10 * 60;
const SHOW_EVERY_MS = 100;
const BARS = 40;
/** Every browser plays AAC; where it cannot be recorded, Opus in WebM is what most play. */
const TYPES = ["audio/mp4;codecs=mp4a.40.2", "audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const SVG = "http://www.w3.org/2000/svg";

export interface Recording {
  /** The recording; null if it was canceled. Rejects if the microphone cannot be used. */
  done: Promise<Blob | null>;
  /** Ends it, and drops what was recorded. */
  stop(): void;
}

/** @param form in which the recording takes the place of the field */
export function record(form: HTMLElement): Recording {
  const stopping = new AbortController();
  return { done: run(form, stopping.signal), stop: () => stopping.abort() };
}

async function run(form: HTMLElement, stopped: AbortSignal): Promise<Blob | null> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
  const context = new AudioContext();
  try {
    if (stopped.aborted) return null;
    const type = TYPES.find((name) => MediaRecorder.isTypeSupported(name));
    const recorder = new MediaRecorder(stream, { ...(type && { mimeType: type }), audioBitsPerSecond: 48_000 });
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    return await show(form, recorder, analyser, stopped);
  } finally {
    for (const track of stream.getTracks()) track.stop();
    void context.close();
  }
}

/** Shows the recording until somebody ends it. */
function show(form: HTMLElement, recorder: MediaRecorder, analyser: AnalyserNode, stopped: AbortSignal): Promise<Blob | null> {
  const chunks: Blob[] = [];
  const levels = Array.from({ length: BARS }, () => 0);
  const place = element("div");
  place.id = "recorder";
  const time = element("time", "", lengthText(0));
  const level = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  level.setAttribute("class", "level");
  level.setAttribute("viewBox", `0 0 ${BARS * BAR_WIDTH} ${WAVE_HEIGHT}`);
  level.setAttribute("preserveAspectRatio", "none");
  level.setAttribute("aria-hidden", "true");
  level.append(path);
  const cancel = button("", () => end(false), "close");
  cancel.className = "quiet square";
  cancel.setAttribute("aria-label", words.cancelRecording);
  const send = button("", () => end(true), "send");
  send.id = "send-recording";
  send.setAttribute("aria-label", words.sendRecording);
  place.append(cancel, time, level, send);
  form.append(place);
  form.classList.add("records");
  place.addEventListener("keydown", (event) => event.key === "Escape" && end(false));
  send.focus();
  announce(words.recording);

  const began = performance.now();
  const timer = setInterval(() => {
    const seconds = (performance.now() - began) / 1000;
    time.textContent = lengthText(seconds);
    levels.push(levelOf(analyser));
    levels.shift();
    path.setAttribute("d", wavePath(levels));
    if (seconds >= LONGEST_S) pause();
  }, SHOW_EVERY_MS);

  let isWanted = false;
  const end = (wanted: boolean) => {
    isWanted = wanted;
    if (recorder.state === "inactive") finish();
    else recorder.stop();
  };
  /** The longest time is over. What was said is kept, and people decide. */
  const pause = () => {
    clearInterval(timer);
    recorder.pause();
    announce(words.recordingDone);
  };
  let finish = () => {};
  return new Promise((resolve) => {
    finish = () => {
      clearInterval(timer);
      place.remove();
      form.classList.remove("records");
      resolve(isWanted && chunks.length > 0 ? new Blob(chunks, { type: recorder.mimeType.split(";")[0] || "audio/webm" }) : null);
    };
    recorder.ondataavailable = ({ data }) => void (data.size > 0 && chunks.push(data));
    recorder.onstop = () => finish();
    stopped.addEventListener("abort", () => end(false), { once: true });
    recorder.start();
  });
}

/** How loud it is now, from 0 to 1. */
function levelOf(analyser: AnalyserNode): number {
  const samples = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(samples);
  const loud = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
  return Math.min(1, loud * 4);
}
