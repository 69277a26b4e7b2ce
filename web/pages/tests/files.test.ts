import { expect, test } from "vitest";
import { sizeText } from "../src/files.ts";

test.each([
  [0, "0 byte"],
  [999, "999 byte"],
  [1_000, "1 kB"],
  [1_234_567, "1.2 MB"],
  [5e13, "50,000 GB"],
])("%d bytes are %s", (bytes, text) => expect(sizeText(bytes)).toBe(text));
