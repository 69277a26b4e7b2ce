import { expect, test } from "vitest";
import { loudness, wavePath } from "../src/waves.ts";

test("the loudest part is 1, silence is 0, and quiet recordings are as visible as loud ones", () => {
  const samples = new Float32Array(400).fill(0.001, 100, 200).fill(-0.002, 200, 300);
  expect(loudness(samples, 4).map((level) => Math.round(level * 100) / 100)).toEqual([0, 0.5, 1, 0]);
});

test("a silent recording, and one without samples, have a wave all the same", () => {
  expect(loudness(new Float32Array(10), 2)).toEqual([0, 0]);
  expect(loudness(new Float32Array(0), 2)).toEqual([0, 0]);
  expect(wavePath([0, 1, 2])).toBe("M2 15.99v0.02M6 2v28M10 2v28");
});
