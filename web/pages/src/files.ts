// The files of a message. Those of this service show in the conversation; one elsewhere is a link, because its host would learn who reads.
import type { SharedFile } from "@chatbox/client";
import { element } from "./dom.ts";
import { fill, language, words } from "./words/words.ts";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

export function filesOf(files: readonly SharedFile[]): HTMLElement {
  const list = element("ul", "files");
  for (const file of files) {
    const item = document.createElement("li");
    item.append(shownOf(file));
    list.append(item);
  }
  return list;
}

function shownOf(file: SharedFile): HTMLElement {
  const address = addressOf(file);
  if (address?.origin !== location.origin) return linkTo(file, address);
  if (file.mime_type.startsWith("image/")) return imageOf(file, address);
  if (!file.mime_type.startsWith("audio/")) return linkTo(file, address);
  const audio = document.createElement("audio");
  [audio.controls, audio.preload, audio.src] = [true, "metadata", address.href];
  audio.setAttribute("aria-label", file.name);
  audio.addEventListener("error", () => audio.replaceWith(linkTo(file, address)), { once: true });
  return audio;
}

/** An image, as large as it will be, so that nothing moves when it comes. */
function imageOf(file: SharedFile, address: URL): HTMLElement {
  const link = openLink(address);
  const image = document.createElement("img");
  [image.alt, image.decoding, image.loading] = [file.name, "async", "lazy"];
  if (file.width && file.height) [image.width, image.height] = [file.width, file.height];
  // The store may be elsewhere, or the address too old: what is left is a link.
  image.addEventListener("error", () => link.replaceWith(linkTo(file, address)), { once: true });
  image.src = address.href;
  link.append(image);
  return link;
}

function linkTo(file: SharedFile, address: URL | null): HTMLElement {
  const details = [file.size === undefined ? "" : sizeText(file.size), address && address.origin !== location.origin ? fill(words.fileAt, { host: address.host }) : ""];
  const chip = address === null ? element("span") : openLink(address);
  chip.className = "file";
  const name = element("bdi", "", file.name);
  chip.append(name, element("small", "", details.filter(Boolean).join(" · ")));
  return chip;
}

function openLink(address: URL): HTMLAnchorElement {
  const link = document.createElement("a");
  [link.href, link.target, link.rel] = [address.href, "_blank", "noopener noreferrer nofollow"];
  return link;
}

/** Null for an address that no browser should open. */
function addressOf({ file_url: told }: SharedFile): URL | null {
  if (!told || !URL.canParse(told, location.href)) return null;
  const address = new URL(told, location.href);
  return address.origin === location.origin || address.protocol === "https:" ? address : null;
}

/** A size as people say it, such as `1.2 MB`. */
export function sizeText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return new Intl.NumberFormat(language, { style: "unit", unit: UNITS[power]!, unitDisplay: "short", maximumFractionDigits: 1 }).format(bytes / 1000 ** power);
}
