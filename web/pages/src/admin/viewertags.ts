// Who looks at a conversation, beside its name.
import { html, nothing } from "lit/html.js";
import { fill } from "../words/words.ts";
import { adminWords } from "./adminwords.ts";
import type { Audience } from "./viewers.ts";

export function viewerTags(audience: Audience | undefined) {
  if (audience === undefined) return nothing;
  const words = adminWords();
  const { devices, watching, admins } = audience;
  const names = admins.join(", ") + (watching > admins.length ? " …" : "");
  return html`${devices > 0 ? html`<span class="tag good here" title=${fill(devices === 1 ? words.onOneDevice : words.onDevices, { count: String(devices) })}>${words.here}${devices > 1 ? html` <b>${devices}</b>` : nothing}</span>` : nothing}
    ${watching > 0 ? html`<span class="tag watched" dir="auto">${fill(words.watchedBy, { names })}</span>` : nothing}`;
}
