// A site that embeds the chat in four ways. A real site's server would make the token, for the person who is signed in there.
import { createRoot } from "react-dom/client";
import { Chat } from "./Chat.tsx";
import type { ChatElement } from "./element.ts";

const form = document.querySelector<HTMLFormElement>("#settings")!;
const news = document.querySelector("#news")!;
const place = (id: string) => document.getElementById(id)!;
const settings = () => Object.fromEntries(new FormData(form)) as { chat: string; token: string; theme: string; lang: string };
const getToken = () => settings().token;
const say = (text: string) => void (news.textContent = text);

for (const [name, value] of Object.entries({ chat: "http://127.0.0.1:8080/chatbox/", ...stored() })) {
  const field = form.elements.namedItem(name) as HTMLInputElement | null;
  if (field) field.value = value;
}
form.addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem("settings", JSON.stringify(settings()));
  location.reload();
});
if (settings().token) embed();

function stored(): Record<string, string> {
  return JSON.parse(sessionStorage.getItem("settings") ?? "{}");
}

function embed(): void {
  const { chat, theme, lang } = settings();
  document.querySelector("main")!.hidden = false;
  const script = document.createElement("script");
  script.src = new URL("embed.js", chat).href;
  document.head.append(script);

  place("element").append(makeElement(""));
  place("launcher").append(makeElement("launcher"));
  const look = { ...(theme && { theme: theme as "light" | "dark" }), ...(lang && { lang }) };
  createRoot(place("react")).render(<Chat getToken={getToken} heading="By React" onUnread={(count) => say(`Unread: ${count}`)} {...look} />);
  embedByHand(new URL(`?${new URLSearchParams({ title: "By hand", theme, lang })}`, chat));
}

function makeElement(kind: "" | "launcher"): HTMLElement {
  const { theme, lang } = settings();
  const element = document.createElement("chatbox-chat") as ChatElement;
  element.getToken = getToken;
  const attributes = { heading: "By the element", theme, lang };
  for (const [name, value] of Object.entries(attributes)) if (value) element.setAttribute(name, value);
  if (kind) element.setAttribute(kind, "");
  for (const name of ["open", "close", "unread"]) element.addEventListener(name, () => say(`${name} ${element.unread}`));
  return element;
}

/** What the element does, in short. */
function embedByHand(address: URL): void {
  const frame = place("frame") as HTMLIFrameElement;
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== address.origin) return;
    if (data.type === "request_token" || data.type === "refresh_token") frame.contentWindow!.postMessage({ type: "token", token: getToken() }, address.origin);
  });
  frame.src = address.href;
}
