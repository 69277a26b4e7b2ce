import type { ChatClient } from "../src/index.ts";

const LONGEST_WAIT_MS = 60_000;

/** Fails if the promise takes longer than this. */
export async function deadline<T>(promise: Promise<T>, milliseconds: number, failure: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(failure())), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until the client's conversation fits. */
export async function until(client: ChatClient, fits: (texts: string[]) => boolean): Promise<void> {
  const texts = () => client.transcript.entries.map((entry) => `${entry.text} (${entry.state})`);
  const fitting = new Promise<void>((resolve) => {
    const check = () => {
      if (!fits(texts())) return;
      stop();
      resolve();
    };
    const stop = client.on("change", check);
    check();
  });
  await deadline(fitting, LONGEST_WAIT_MS, () => `The client still has:\n${texts().map((text) => text.slice(0, 200)).join("\n")}`);
}
