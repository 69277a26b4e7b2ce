// The files of a message. Those of this service show in the conversation; one elsewhere is a link, because its host would learn who reads.
import type { SharedFile } from "@chatbox/client";
import { element } from "./dom.ts";
import { icon } from "./icons.ts";
import { FileAddress, type Fresh } from "./fileaddress.ts";
import { sizeText } from "./sizes.ts";
import { fill, words } from "./words/words.ts";

/**
 * @param isVoice the message is a recording
 * @param fresh reads the files again, with addresses that are good
 */
export function filesOf(files: readonly SharedFile[], isVoice: boolean, fresh: Fresh): HTMLElement {
  const list = element("ul", "files");
  const addresses = FileAddress.of(files, fresh);
  for (const [n, file] of files.entries()) {
    const item = document.createElement("li");
    item.append(shownOf(file, addresses[n]!, isVoice && n === 0));
    list.append(item);
  }
  return list;
}

function shownOf(file: SharedFile, address: FileAddress, isVoice: boolean): HTMLElement {
  if (!address.isOurs) return linkTo(file, address);
  if (isVoice || file.mime_type.startsWith("audio/")) return recordingOf(file, address);
  return file.mime_type.startsWith("image/") ? imageOf(file, address) : linkTo(file, address);
}

/** The player is loaded with the first recording. */
function recordingOf(file: SharedFile, address: FileAddress): HTMLElement {
  const place = element("div", "voice");
  void import("./player.ts").then(({ playerIn }) => playerIn(place, file, address, () => place.replaceWith(linkTo(file, address))));
  return place;
}

/** The small picture of an image, in the shape that it will have, so that nothing moves when it comes. It leads to the whole image. */
function imageOf(file: SharedFile, address: FileAddress): HTMLElement {
  const link = openLink(address);
  const image = document.createElement("img");
  [image.alt, image.decoding, image.loading] = [file.name, "async", "lazy"];
  if (file.width && file.height) [image.width, image.height] = [file.width, file.height];
  const show = async (renew: boolean) => {
    const good = renew ? await address.renewed() : await address.good();
    if (good) image.src = smallPicture(good);
    else fail();
  };
  const fail = () => link.replaceWith(linkTo(file, address));
  // The address may be too old by now: once more with a fresh one. The store may be away: what is left is a link.
  image.addEventListener("error", () => void show(true).then(() => image.addEventListener("error", fail, { once: true })), { once: true });
  void show(false);
  link.append(image);
  return link;
}

function smallPicture(address: URL): string {
  const small = new URL(address);
  if (small.searchParams.has("signature")) small.searchParams.set("thumbnail", "1");
  return small.href;
}

function linkTo(file: SharedFile, address: FileAddress): HTMLElement {
  const { current } = address;
  const details = [file.size === undefined ? "" : sizeText(file.size), current && !address.isOurs ? fill(words.fileAt, { host: current.host }) : ""];
  const chip = current === null ? element("span") : openLink(address);
  chip.className = "file";
  chip.append(icon("document"), element("bdi", "", file.name), element("small", "", details.filter(Boolean).join(" · ")));
  return chip;
}

/** A link that leads to the file also when somebody opens it late. */
function openLink(address: FileAddress): HTMLAnchorElement {
  const link = document.createElement("a");
  [link.href, link.target, link.rel] = [address.current?.href ?? "", "_blank", "noopener noreferrer nofollow"];
  const renew = async () => {
    const good = await address.good();
    if (good) link.href = good.href;
  };
  // Whoever comes near may be about to open it, by whatever means of the browser.
  for (const near of ["pointerenter", "focus", "touchstart"]) link.addEventListener(near, () => void renew(), { passive: true });
  link.addEventListener("click", (event) => {
    if (!address.isOver) return;
    event.preventDefault();
    void renew().then(() => address.isOver || link.click());
  });
  return link;
}
