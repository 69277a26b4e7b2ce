// The chat page: puts its parts together, and lets the person who is signed in see their conversation, and nobody else.
import { ChatClient, Rest, indexedDbStore, type Notification, type ServerFrame, type TokenRefusal } from "@chatbox/client";
import { pageAddress } from "./address.ts";
import { Attaching } from "./attaching.ts";
import { Composer, replaceField } from "./composer.ts";
import { Conversation } from "./conversation.ts";
import { button, byId, control, showText } from "./dom.ts";
import { Drafting } from "./drafting.ts";
import { keepDraftsAt } from "./drafts.ts";
import { loadMarkdown } from "./markdown/loading.ts";
import { stayAboveKeyboard } from "./keyboard.ts";
import { startMenu } from "./menu.ts";
import { newsOf } from "./news.ts";
import { clearNotices, hideNotice, showError, showNotice } from "./notices.ts";
import { openPage, takeAddressToken } from "./opening.ts";
import { People } from "./people.ts";
import { failureText } from "./refusals.ts";
import { Rooms } from "./rooms.ts";
import { hideSignIn, showSignIn, showState } from "./screen.ts";
import { Side } from "./side.ts";
import { oncePerFrame } from "./slices.ts";
import { hush } from "./sounds.ts";
import { SpareToken } from "./spare.ts";
import { Speaker } from "./speaker.ts";
import * as texts from "./texts.ts";
import { showTheme } from "./theme.ts";
import { claimsAdmin, discardToken, storedToken, storeToken } from "./token.ts";
import { fill, words } from "./words/words.ts";

const opening = await openPage();
const { wanted, base, addressToken, host } = opening;
if (host?.place) keepDraftsAt(host.place);
const store = host?.place ? indexedDbStore(`chatbox-outbox-${host.place}`) : indexedDbStore("chatbox-outbox", true);
const client = new ChatClient({ base, window: 50, store });
const rest = new Rest(base, () => client.token);
const spare = new SpareToken(client);
const speaker = new Speaker(client, host?.place ?? null);
const conversation = new Conversation(client, speaker);
const people = new People(client);
const composer = new Composer((text, files) => conversation.say(text, files), whenWritten);
const drafting = new Drafting(client, composer, () => locked, !host?.place);
const attaching = new Attaching(client, composer, (recording) => conversation.say("", [recording], true));
const side = new Side(client, rest, (sessionId) => rooms.go(sessionId));
const rooms = new Rooms(client, rest, side);

/** The list of conversations has room beside the conversation. */
const wide = matchMedia("(min-width: 48.01rem)");

/** The page keeps everything for its owner, and shows nothing of it: somebody else may sit here now. */
let locked = false;

/** A token was refused, and the host asked for another one: a second refusal is for people to decide about. */
let askedAgain = false;

/** An answer changes the conversation hundreds of times a second. */
const drawAroundSoon = oncePerFrame(drawAround);

client.on("state", ({ state, seconds }) => {
  showState(state, seconds);
  updateComposer();
  drawAround();
});
client.on("refused", whenRefused);
client.on("admitted", ({ another }) => {
  askedAgain = false;
  if (another) {
    spare.forget();
    clearPage();
    composer.focus();
  }
  unlock();
});
client.on("change", () => {
  drawAroundSoon();
  void drafting.show();
});
client.on("frame", whenReceived);
client.on("erased", ({ sessionId }) => {
  drafting.drop(sessionId);
  if (!rooms.erases(sessionId)) showNotice(words.sessionErased, null, true);
});
client.on("bound", ({ first }) => {
  const offered = first ? spare.takeOffer() : null;
  if (offered !== null) offerToken(offered);
  if (first) goWhereWanted();
  side.bound();
  if (wide.matches || first) side.refresh(); // also on a phone: people can have given the conversation a name
});
conversation.speaks = () => speaker.isWanted;
speaker.onFailed = (answer) => conversation.tellUnspoken(answer);
conversation.onDraw = ({ atEnd }) => {
  people.draw();
  if (atEnd) people.saw();
};
people.onChange = drawAround;
side.onRead = drawAround;
side.onRename = (sessionId, name) => void rooms.rename(sessionId, name);
rooms.onLeave = () => {
  hush();
  attaching.leave(drafting.place);
};
rooms.onEnter = () => {
  people.clear();
  clearNotices();
  composer.write("");
  drafting.leave();
};
rooms.onErased = (sessionId) => drafting.drop(sessionId);
drafting.onEnter = (place) => attaching.enter(place);

function whenRefused(refusal: TokenRefusal): void {
  discardToken(refusal.token);
  const next = spare.takeAfterRefusal();
  if (next === null) {
    signOut(texts.tokenRefusedText(refusal));
    if (host !== null && !askedAgain) askHost();
    askedAgain = true;
    return;
  }
  if (client.user !== null) lock();
  useToken(next);
}

function whenReceived(frame: ServerFrame): void {
  if (frame.type === "notification" && !Number.isInteger(frame.seq)) whenNotified(frame);
  // The list changes with the first message and with each answer.
  if (wide.matches && (frame.type === "ack" || (frame.type === "ai_response" && frame.metadata.done === "true"))) side.refresh();
}

function whenNotified(notification: Notification): void {
  const { reason, of, name } = notification.metadata ?? {};
  if (reason === "session_renamed" && of && name) side.told(of, name);
  const renewal = notification.metadata?.reason === "token_expiring" ? spare.takeRenewal() : null;
  if (renewal !== null) useToken(renewal);
  const asksHost = host !== null && notification.metadata?.reason === "token_expiring";
  if (asksHost && renewal === null) host.tell({ type: "refresh_token" });
  const news = newsOf(notification, renewal !== null || asksHost);
  if (news === null) return;
  const renew = { label: words.enterNewToken, run: () => (hideNotice(), showSignIn(words.renewToken)) };
  showNotice(news.text, news.asksForToken ? renew : null, news.lasts);
}

function signIn(submit: Event): void {
  submit.preventDefault();
  if (host !== null) return askHost();
  const token = control("token", HTMLInputElement).value.trim().replace(/^bearer\s+/i, "");
  if (!token) return;
  replaceField("token");
  hideSignIn();
  hideNotice();
  useToken(token);
  composer.focus();
}

/** The page that embeds this one has the token. */
function askHost(): void {
  hideSignIn();
  composer.setClosed(words.signingIn);
  host!.request().catch(() => client.token === null && signOut(words.hostSilent));
}

function useToken(token: string): void {
  if (client.isDeniedBy(token)) forgetEverything();
  storeToken(token);
  const renewed = !locked && client.renew(token);
  if (!renewed) client.signIn(token);
}

function offerToken(token: string): void {
  const run = () => {
    forgetEverything();
    useToken(token);
  };
  showNotice(texts.otherTokenText(client.user ?? ""), { label: words.useLinkToken, run });
}

function signOut(reason: string): void {
  // Without an owner, the draft and the unsent messages are of somebody unknown, and nobody may get them.
  if (client.user === null) forgetEverything();
  lock();
  client.signOut();
  showSignIn(reason, host !== null);
}

/** Takes everything off the page, and keeps it in memory for its owner. */
function lock(): void {
  locked = true;
  composer.hideDraft();
  attaching.hide();
  conversation.hide();
  clearAround();
  clearFields();
}

function unlock(): void {
  if (!locked) return;
  locked = false;
  hideSignIn();
  updateComposer();
  composer.showDraft();
  attaching.show();
  composer.focus();
  conversation.show();
  speaker.show();
  drawAround();
  if (wide.matches) side.refresh();
}

function forgetEverything(): void {
  spare.forget();
  client.forget();
  clearPage();
}

/** Another person: nothing of the person before stays on the page. */
function clearPage(): void {
  locked = false;
  drafting.forget();
  composer.forget();
  attaching.forget();
  conversation.forget();
  clearAround();
  clearFields();
}

function clearFields(): void {
  clearNotices();
  replaceField("token");
  updateComposer();
}

function updateComposer(): void {
  composer.setClosed(client.token === null ? words.signedOut : locked ? words.signingIn : null);
}

/** What the page shows around the conversation. */
function drawAround(): void {
  if (locked) return;
  const { sessionId, entries } = client.transcript;
  const begun = client.isBound && entries.some(({ seq }) => seq > 0 && seq !== Infinity);
  const title = side.nameOf(sessionId) || entries.find(({ role, seq }) => role === "user" && seq !== 0)?.text.split("\n")[0]?.slice(0, 60) || "";
  const shown = wanted.title || (entries.length > 0 && title ? title : words.newChat);
  showText(byId("title"), shown);
  document.title = entries.length > 0 && title ? `${title} · Chatbox` : "Chatbox";
  byId("more").hidden = !begun;
  byId("help").hidden = !client.isBound || people.isHelped;
  byId("to-dashboard").hidden = !claimsAdmin(client.token);
  side.mark();
  rooms.draw();
}

/** Nobody may see any more what is around the conversation. */
function clearAround(): void {
  byId("title").textContent = document.title = wanted.title || "Chatbox";
  byId("more").hidden = byId("more-items").hidden = byId("help").hidden = byId("to-dashboard").hidden = true;
  const dialog = control("dialog", HTMLDialogElement);
  if (dialog.open) dialog.close();
  side.clear();
  rooms.clear();
  people.clear();
  speaker.clear();
}

/** The address can name a conversation, or ask for a new one. */
function goWhereWanted(): void {
  const { sessionId, isNew } = wanted;
  [wanted.sessionId, wanted.isNew] = [null, false];
  if (isNew) void rooms.begin();
  else if (sessionId !== null && sessionId !== client.transcript.sessionId) rooms.go(sessionId);
}

function whenWritten(text: string): void {
  people.typed(text);
  drafting.written(text);
}

async function share(): Promise<void> {
  const { sessionId } = client.transcript;
  if (sessionId === null) return;
  const { openShareDialog } = await import("./sharing.ts");
  const { share_token: token, share_expires_at: expiry } = side.find(sessionId) ?? {};
  openShareDialog(rest, sessionId, token ? { share_token: token, ...(expiry && { expires_at: expiry }) } : null, () => side.refresh());
}

function rename(): void {
  const { sessionId } = client.transcript;
  if (sessionId !== null) void rooms.rename(sessionId, side.nameOf(sessionId) ?? (wanted.title ? "" : (byId("title").textContent ?? "")));
}

function sayFailed(failure: Error): void {
  showError(fill(words.failed, { reason: failureText(failure) }));
}

async function exportConversation(): Promise<void> {
  const { sessionId } = client.transcript;
  if (sessionId === null) return;
  try {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await rest.exported(sessionId));
    link.download = `${byId("title").textContent?.replace(/[^\p{L}\p{N} -]/gu, "").trim() || "conversation"}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  } catch (failure) {
    sayFailed(failure as Error);
  }
}

/** The browser has kept the whole page and shows it again, to whoever has pressed its back button. */
function whenShownAgain(): void {
  const token = storedToken();
  if (!token) return host === null ? signOut(words.tokenMissing) : askHost();
  if (token !== client.token) return useToken(token); // somebody has signed in on another page of this tab
  unlock();
  client.reconnect();
}

function start(): void {
  void loadMarkdown();
  const stored = storedToken();
  if (stored && addressToken) spare.keep(addressToken);
  const token = stored || addressToken;
  if (token) drafting.begin(token);
  if (token) useToken(token);
  else if (host !== null) askHost();
  else return signOut(words.tokenMissing);
  composer.focus();
}

/** Lets the page or app around this one sign people in, and tells it what happens. */
function follow(): void {
  if (host === null) return;
  host.onToken = (token) => {
    hideSignIn();
    useToken(token);
  };
  host.onShow = () => composer.focus();
  host.onLook = ({ theme, title }) => {
    showTheme(theme);
    wanted.title = title || null;
    drawAround();
  };
  byId("close").hidden = !wanted.isClosable;
  host.follow(client);
}

/** The replaced service opened a conversation in a window of its own for an administrator. */
function goToDashboard(): void {
  takeAddressToken(opening);
  location.replace(pageAddress("admin.html", wanted.sessionId ? { session_id: wanted.sessionId } : {}));
}

/** What the node offers to begin with. People send it themselves, and can change it before. */
function offerStarters(): void {
  const prompts = document.querySelector<HTMLMetaElement>("meta[name=starter-prompts]")?.content.split("\n").filter(Boolean) ?? [];
  const starters = prompts.map((prompt) => button(prompt, () => composer.begin(prompt)));
  starters.forEach((starter) => (starter.dir = "auto"));
  byId("starters").replaceChildren(...starters);
}

startMenu();
stayAboveKeyboard();
offerStarters();
byId("rename").addEventListener("click", rename);
byId("share").addEventListener("click", () => void share());
byId("export").addEventListener("click", () => void exportConversation());
byId("delete").addEventListener("click", () => rooms.erase());
wide.addEventListener("change", () => wide.matches && side.refresh());
byId("sign-in").addEventListener("submit", signIn);
byId("stop").addEventListener("click", () => client.stop());
byId("latest").addEventListener("click", () => conversation.scrollToEnd());
byId("model").addEventListener("change", () => client.selectModel(control("model", HTMLSelectElement).value));
addEventListener("pagehide", lock);
addEventListener("pageshow", ({ persisted }) => persisted && whenShownAgain());
follow();
if (wanted.isAdmin) goToDashboard();
else if (wanted.shareToken) void import("./shared.ts").then(({ showShared }) => showShared(wanted.shareToken!, base));
else start();
