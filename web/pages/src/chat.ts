// The chat page: puts its parts together, and lets the person who is signed in see their conversation, and nobody else.
import { ChatClient, type Notification, type ServerFrame, type TokenRefusal } from "@chatbox/client";
import { Composer, replaceField } from "./composer.ts";
import { Conversation } from "./conversation.ts";
import { byId, control } from "./dom.ts";
import { newsOf } from "./news.ts";
import { clearNotices, hideNotice, showNotice } from "./notices.ts";
import { hideSignIn, showSignIn, showState } from "./screen.ts";
import { SpareToken } from "./spare.ts";
import * as texts from "./texts.ts";
import { discardToken, storedToken, storeToken, takeTokenFromAddress } from "./token.ts";

// First of all: nothing is requested or shown while the address bar holds a token.
const addressToken = takeTokenFromAddress();
const client = new ChatClient({ base: new URL(".", location.href) }); // the server's paths lie next to the page
const spare = new SpareToken(client);
const conversation = new Conversation(client);
const composer = new Composer((text) => conversation.say(text));

/** The page keeps everything for its owner, and shows nothing of it: somebody else may sit here now. */
let locked = false;

client.on("state", ({ state, seconds }) => {
  showState(state, seconds);
  updateComposer();
});
client.on("refused", whenRefused);
client.on("admitted", ({ another }) => {
  if (another) {
    spare.forget();
    clearPage();
    composer.focus();
  }
  unlock();
});
client.on("frame", whenReceived);
client.on("bound", ({ first }) => {
  const offered = first ? spare.takeOffer() : null;
  if (offered !== null) offerToken(offered);
});

function whenRefused(refusal: TokenRefusal): void {
  discardToken(refusal.token);
  const next = spare.takeAfterRefusal();
  if (next === null) return signOut(texts.tokenRefusedText(refusal));
  if (client.user !== null) lock();
  useToken(next);
}

function whenReceived(frame: ServerFrame): void {
  if (frame.type === "notification" && !Number.isInteger(frame.seq)) whenNotified(frame);
}

function whenNotified(notification: Notification): void {
  const renewal = notification.metadata?.reason === "token_expiring" ? spare.takeRenewal() : null;
  if (renewal !== null) useToken(renewal);
  const news = newsOf(notification, renewal !== null);
  if (news === null) return;
  const renew = { label: "Enter a new token", run: () => (hideNotice(), showSignIn(texts.RENEW_TOKEN)) };
  showNotice(news.text, news.asksForToken ? renew : null, news.lasts);
}

function signIn(submit: Event): void {
  submit.preventDefault();
  const token = control("token", HTMLInputElement).value.trim().replace(/^bearer\s+/i, "");
  if (!token) return;
  replaceField("token");
  hideSignIn();
  hideNotice();
  useToken(token);
  composer.focus();
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
  showNotice(texts.otherTokenText(client.user ?? ""), { label: "Use the token from the link", run });
}

function signOut(reason: string): void {
  // Without an owner, the draft and the unsent messages are of somebody unknown, and nobody may get them.
  if (client.user === null) forgetEverything();
  lock();
  client.signOut();
  showSignIn(reason);
}

/** Takes everything off the page, and keeps it in memory for its owner. */
function lock(): void {
  locked = true;
  composer.hideDraft();
  conversation.hide();
  clearFields();
}

function unlock(): void {
  if (!locked) return;
  locked = false;
  hideSignIn();
  updateComposer();
  composer.showDraft();
  composer.focus();
  conversation.show();
}

function forgetEverything(): void {
  spare.forget();
  client.forget();
  clearPage();
}

/** Another person: nothing of the person before stays on the page. */
function clearPage(): void {
  locked = false;
  composer.forget();
  conversation.forget();
  clearFields();
}

function clearFields(): void {
  clearNotices();
  replaceField("token");
  updateComposer();
}

function updateComposer(): void {
  composer.setClosed(client.token === null ? texts.SIGNED_OUT : locked ? texts.SIGNING_IN : null);
}

/** The browser has kept the whole page and shows it again, to whoever has pressed its back button. */
function whenShownAgain(): void {
  const token = storedToken();
  if (!token) return signOut(texts.TOKEN_MISSING);
  if (token !== client.token) return useToken(token); // somebody has signed in on another page of this tab
  unlock();
  client.reconnect();
}

function start(): void {
  const stored = storedToken();
  if (stored && addressToken) spare.keep(addressToken);
  const token = stored || addressToken;
  if (!token) return signOut(texts.TOKEN_MISSING);
  useToken(token);
  composer.focus();
}

byId("sign-in").addEventListener("submit", signIn);
byId("stop").addEventListener("click", () => client.stop());
byId("latest").addEventListener("click", () => conversation.scrollToEnd());
byId("model").addEventListener("change", () => client.selectModel(control("model", HTMLSelectElement).value));
addEventListener("pagehide", lock);
addEventListener("pageshow", ({ persisted }) => persisted && whenShownAgain());
start();
