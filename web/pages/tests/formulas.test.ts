import assert from "node:assert/strict";
import { test } from "vitest";
import { Blocks } from "../src/markdown/blocks.ts";

const html = (text: string) => new Blocks().update(text, true).join("");

test("formulas are marked, in a line and by themselves", () => {
  assert.match(html("So $x^2$ it is"), /<span class="math">x\^2<\/span>/);
  assert.match(html("So \\(a < b\\) it is"), /<span class="math">a &#60; b<\/span>/);
  assert.match(html("$$\n\\frac{1}{2}\n$$\n"), /<p class="math display">\\frac\{1\}\{2\}<\/p>/);
  assert.match(html("\\[x\\]\n"), /<p class="math display">x<\/p>/);
});

test("prices, variables of a shell and code are no formulas", () => {
  for (const text of ["$5 and $10", "between $ 5 $ and", "costs 5$ or 10$", "`$x$`", "US$ and A$"]) assert.doesNotMatch(html(text), /math/, text);
});

test("code names its language, and only a plain one", () => {
  assert.match(html("```js\n1\n```"), /<code class="language-js">1\n<\/code>/);
  assert.match(html('```"onload=x\n1\n```'), /<pre><code>1\n<\/code>/);
  assert.match(html("    <b>"), /<pre><code>&#60;b&#62;\n<\/code>/);
});

test("a formula without an end does not take long to read", () => {
  const started = performance.now();
  html(`$${"\\( a ".repeat(4_000)}`);
  html(`${"$a ".repeat(6_000)}`);
  assert.ok(performance.now() - started < 5_000);
});
