// Keeps the page above the keyboard of a phone where the browser lays the keyboard over the page, as Safari does. Others make the page smaller
// (`interactive-widget` in index.html), and nothing is left to do.

/** What a keyboard covers at least, in CSS pixels. */
const KEYBOARD_PX = 100;

export function stayAboveKeyboard(): void {
  const seen = window.visualViewport;
  if (!seen) return;
  const fit = () => {
    const isZoomed = Math.abs(seen.scale - 1) > 0.01; // somebody looks at a detail: then the whole page is larger than what is seen
    const covered = !isZoomed && document.documentElement.clientHeight - seen.height > KEYBOARD_PX;
    document.body.style.height = covered ? `${seen.height}px` : "";
    document.body.style.translate = covered ? `0 ${seen.offsetTop}px` : "";
  };
  seen.addEventListener("resize", fit);
  seen.addEventListener("scroll", fit);
}
