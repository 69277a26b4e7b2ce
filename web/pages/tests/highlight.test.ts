import assert from "node:assert/strict";
import core from "highlight.js/lib/core";
import { test, vi } from "vitest";

vi.mock("../src/markdown/cleaning.ts", () => ({})); // it needs a page
const { aliases, languages } = await import("../src/markdown/highlight.ts");

test("code is coloured by whichever name of its language the highlighter knows", () => {
  const own = Object.entries(languages).flatMap(([name, language]) => (language(core).aliases ?? []).map((alias) => [alias.toLowerCase(), name]));
  assert.deepEqual(aliases, Object.fromEntries(own));
});
