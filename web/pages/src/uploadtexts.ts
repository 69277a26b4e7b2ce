// Why a file is not uploaded, in plain words. Pure.
import type { Upload } from "@chatbox/client";
import { failureText } from "./refusals.ts";
import { sizeText } from "./sizes.ts";
import type { Words } from "./words/en.ts";
import { fill, words } from "./words/words.ts";

/** The reasons of the protocol (section 7). */
const REASONS: Record<string, keyof Words> = {
  type: "refusedType",
  mismatch: "refusedMismatch",
  empty: "refusedEmpty",
  name: "refusedName",
  active: "refusedActive",
  bomb: "refusedBomb",
  damaged: "refusedDamaged",
  infected: "refusedInfected",
  unreadable: "unreadableFile",
};

/** @param mostBytes of one file */
export function problemText({ problem }: Pick<Upload, "problem">, mostBytes: number): string {
  if (problem === null) return "";
  const word = REASONS[problem.reason];
  if (word) return words[word];
  if (problem.code === "QUOTA_EXCEEDED") return words.refusedQuota;
  if (problem.status === 413) return fill(words.refusedSize, { most: sizeText(mostBytes) });
  return problem.status === 0 ? words.waitsForConnection : failureText(problem);
}
