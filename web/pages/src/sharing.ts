// The dialog in which people share a conversation. It is loaded when somebody opens it.
import { html, nothing, render } from "lit/html.js";
import type { Rest, Share } from "@chatbox/client";
import { copyText, showDone } from "./copying.ts";
import { openDialog } from "./dialogs.ts";
import { control } from "./dom.ts";
import { failureText } from "./refusals.ts";
import { timeText } from "./texts.ts";
import { fill, words } from "./words/words.ts";

const DAY_S = 24 * 60 * 60;
/** The choice of the end that a link has already. */
const AS_IT_IS = "as-it-is";

/** @param shared the share that the conversation has, or null */
export function openShareDialog(rest: Rest, sessionId: string, shared: Share | null, whenChanged: () => void): void {
  const dialog = control("dialog", HTMLDialogElement);
  let share = shared;
  let failure = "";
  /** The end that somebody has chosen for a link that they have not created yet. */
  let chosen = "";

  const attempt = async (work: () => Promise<Share | null>) => {
    try {
      share = await work();
      failure = "";
      whenChanged();
    } catch (reason) {
      failure = fill(words.failed, { reason: failureText(reason) });
    }
    const pressed = document.activeElement;
    draw();
    if (!pressed?.isConnected) dialog.querySelector<HTMLElement>(".primary")?.focus(); // the button that was pressed has gone
  };
  const ends = () => dialog.querySelector("select") as HTMLSelectElement;
  const expiry = () => {
    const { value } = ends();
    return value === AS_IT_IS ? undefined : Number(value) || null;
  };
  const change = () => {
    chosen = String(expiry() ?? "");
    if (share) void attempt(() => rest.share(sessionId, expiry()));
  };
  const link = ({ share_token: token }: Share) => new URL(`./chat.html?share_token=${token}`, location.href).href;

  const draw = () => {
    render(
      html`<h2 id="dialog-title">${words.shareTitle}</h2>
        <p>${words.shareDetail}</p>
        ${failure ? html`<p role="alert" class="danger">${failure}</p>` : nothing}
        ${share
          ? html`<div class="row"><input readonly aria-label=${words.shareLink} .value=${link(share)} @focus=${selectAll}></div>`
          : nothing}
        <div class="row">
          <label for="expiry">${words.shareExpiry}</label>
          <select id="expiry" @change=${change}>
            ${share?.expires_at ? html`<option value=${AS_IT_IS}>${fill(words.endsOn, { time: timeText(share.expires_at) })}</option>` : nothing}
            <option value="">${words.never}</option>
            <option value=${DAY_S}>${words.inADay}</option>
            <option value=${7 * DAY_S}>${words.inAWeek}</option>
            <option value=${30 * DAY_S}>${words.inAMonth}</option>
          </select>
        </div>
        <div class="row end">
          ${share
            ? html`<button class="danger" @click=${() => attempt(async () => (await rest.unshare(sessionId), null))}>${words.stopSharing}</button>
                <button class="primary" @click=${(event: Event) => copyLink(link(share!), event)}>${words.copyLink}</button>`
            : html`<button class="primary" @click=${() => attempt(() => rest.share(sessionId, expiry()))}>${words.createLink}</button>`}
          <button @click=${() => dialog.close()}>${words.close}</button>
        </div>`,
      dialog,
    );
    ends().value = share?.expires_at ? AS_IT_IS : share ? "" : chosen;
  };

  openDialog(dialog, draw);
}

function selectAll({ currentTarget }: Event): void {
  (currentTarget as HTMLInputElement).select();
}

async function copyLink(link: string, { currentTarget }: Event): Promise<void> {
  const button = currentTarget as HTMLElement;
  if (!(await copyText(link))) return;
  showDone(button);
  button.textContent = words.copied;
}
