import { expect, test } from "vitest";
import { lengthText, sizeText } from "../src/sizes.ts";

test.each([
  [0, "0 byte"],
  [999, "999 byte"],
  [1_000, "1 kB"],
  [1_234_567, "1.2 MB"],
  [5e13, "50,000 GB"],
])("%d bytes are %s", (bytes, text) => expect(sizeText(bytes)).toBe(text));

test.each([
  [0, "0:00"],
  [59.9, "0:59"],
  [65, "1:05"],
  [3_600, "60:00"],
])("%d seconds are %s", (seconds, text) => expect(lengthText(seconds)).toBe(text));
