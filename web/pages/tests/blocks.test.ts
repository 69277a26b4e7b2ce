import assert from "node:assert/strict";
import { test } from "vitest";
import { Blocks, clearPart } from "../src/markdown/blocks.ts";

const ANSWER = `# Herbs

Three things decide, as [this book][book] says:

1. **Light**: four hours a day
2. *Water*, but never wet feet

   and never at noon
3. A cut

A setext heading
===

> quoted
> twice
lazily

| A | B |
|---|--:|
| 1 | 2 |

\`\`\`ts
const a = 1;

const b = 2;
\`\`\`

- [x] done
- open
  - nested

Costs $5 and $10, <b>not</b> \`<i>\`.

***
![alt](https://example.org/a.png)

[book]: https://example.org/book
`;

function whole(text: string): readonly string[] {
  return new Blocks().update(text, true);
}

test("an answer ends the same, however it was cut into pieces", () => {
  for (let size = 1; size <= 60; size++) {
    const blocks = new Blocks();
    for (let length = size; length < ANSWER.length; length += size) blocks.update(ANSWER.slice(0, length), false);
    assert.deepEqual(blocks.update(ANSWER, true), whole(ANSWER), `pieces of ${size}`);
  }
});

test("while it grows, an answer looks as if what is clear of it was drawn at once, but for links that are defined later", () => {
  const text = ANSWER.replace("[this book][book]", "this book");
  const blocks = new Blocks();
  for (let length = 1; length <= text.length; length++) {
    assert.deepEqual(blocks.update(text.slice(0, length), false), whole(clearPart(text.slice(0, length))), `${length} characters`);
  }
});

test("no text comes and goes while an answer grows, but for the signs of Markdown", () => {
  const text = "See [the book](https://example.org/a/very/long/address) and ![its cover](https://example.org/c.png).\n\n| Herb | Light |\n|---|---|\n| Basil | 6 h |\n\nSee a[0] and [1], too";
  const blocks = new Blocks();
  let before = 0;
  for (let length = 1; length <= text.length; length++) {
    const shown = blocks.update(text.slice(0, length), false).join("").replace(/<[^>]*>/g, "").length;
    assert.ok(shown >= before - 2, `${before} characters became ${shown}: ${text.slice(0, length)}`);
    before = shown;
  }
});

test("what is not clear at the end of a text waits for the rest, until there is none", () => {
  for (const [text, clear] of [["a [b", "a "], ["a [b](http", "a "], ["a ![b]", "a "], ["a [b] c", "a [b] c"], ["| A |\n|--", ""], ["| A |\nb", "| A |\nb"], ["x = a || b", "x = a || b"]] as const) {
    assert.equal(clearPart(text), clear);
    assert.equal(new Blocks().update(text, true).length, 1);
  }
});

test("text that was withdrawn is gone, and what was closed before it is the same", () => {
  const blocks = new Blocks();
  blocks.update("One\n\nTwo\n\nThree\n\nFour", false);
  assert.deepEqual(blocks.update("One\n\nOther", false), ["<p>One</p>\n", "<p>Other</p>\n"]);
  assert.deepEqual(blocks.update("", false), []);
});

test("markup in an answer is text", () => {
  assert.deepEqual(whole("<script>alert(1)</script>"), ["&#60;script&#62;alert(1)&#60;/script&#62;"]);
  assert.match(whole("a <img src=x onerror=alert(1)> b").join(), /&#60;img src=x/);
});

test("an image is a link to it", () => {
  assert.deepEqual(whole("![a \"cat\"](https://example.org/c.png)"), ['<p><a href="https://example.org/c.png" class="image">a &#34;cat&#34;</a></p>\n']);
});

test("prices are text", () => {
  assert.deepEqual(whole("$5 and $10"), ["<p>$5 and $10</p>\n"]);
});

test("what no person writes is drawn as plain text, or as one rule", () => {
  for (const text of [">".repeat(5_000), "> ".repeat(5_000) + "a", "- ".repeat(5_000), "*".repeat(100_000), "a".repeat(100_000), "[".repeat(30_000)]) {
    assert.equal(whole(text).length, 1);
  }
});

test("a piece of a long answer reads only the last blocks again", () => {
  const blocks = new Blocks();
  const paragraph = "Some words with *emphasis* and `code`, as people write them in a long answer.\n\n";
  for (let count = 1; count <= 200; count++) {
    blocks.update(paragraph.repeat(count), false);
    assert.ok(blocks.openLength <= 2 * paragraph.length, `${blocks.openLength} characters after ${count} blocks`);
  }
});
