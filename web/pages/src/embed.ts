// <chatbox-chat>: the chat in a page of another site, as the wire protocol says in section 9. A plain script without imports, so that a site can
// load it from the chat's server without CORS. Its styles are a constructed sheet: the site's `style-src 'self'` needs no nonce for it.

/** Gives a token of the person who looks at the page. `refresh`: the present one expires soon. */
type GetToken = (reason: "request" | "refresh") => string | Promise<string>;

interface FromChat {
  type: "ready" | "request_token" | "refresh_token" | "unread" | "resize" | "close";
  count: number;
  height: number;
}

/** Where this script came from is where the chat is. */
const HOME = (document.currentScript as HTMLScriptElement | null)?.src;
const READY_WITHIN_MS = 10_000;

const STYLE = `
:host{display:block;height:36rem;min-height:15rem;position:relative}
:host([hidden]){display:none}
iframe{display:block;width:100%;height:100%;border:0;opacity:0;color-scheme:inherit}
iframe.ready{opacity:1}
button{display:none}
:host([launcher]){position:fixed;inset:auto 1.25rem 1.25rem auto;z-index:2147483000;width:3.5rem;height:3.5rem;min-height:0}
:host([launcher]) button{display:grid;place-items:center;width:100%;height:100%;padding:0;border:0;border-radius:50%;background:var(--chatbox-accent,#2563eb);color:var(--chatbox-on-accent,#fff);box-shadow:0 4px 16px #0004;cursor:pointer;position:relative}
button:focus-visible{outline:3px solid var(--chatbox-accent,#2563eb);outline-offset:3px}
svg{width:1.625rem;height:1.625rem;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
b{position:absolute;top:-.25rem;right:-.25rem;min-width:1.375rem;padding:0 .375rem;border-radius:1rem;background:#b42318;color:#fff;font:600 .8125rem/1.375rem system-ui,sans-serif}
b:empty{display:none}
:host([launcher]) div{display:none;position:fixed;inset:auto 1.25rem 5.75rem auto;width:min(25rem,100vw - 2.5rem);height:min(42rem,100dvh - 7.5rem);overflow:hidden;border-radius:1rem;background:Canvas;box-shadow:0 12px 48px #0005}
div{height:100%}
:host([launcher][open]) div{display:block}
@media(max-width:30rem){
:host([launcher][open]) div{inset:0;width:auto;height:auto;border-radius:0}
:host([launcher][open]) button{visibility:hidden}
}`;

class ChatboxChat extends HTMLElement {
  static readonly observedAttributes = ["src", "lang", "heading", "theme", "open", "launcher"];

  #getToken: GetToken | null = null;
  #unread = 0;
  #frame: HTMLIFrameElement | null = null;
  #origin = "";
  readonly #panel = document.createElement("div");
  readonly #button = document.createElement("button");
  readonly #badge = document.createElement("b");
  readonly #hear = (message: MessageEvent): void => this.#receive(message);

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS(icon.namespaceURI, "path");
    icon.setAttribute("viewBox", "0 0 24 24");
    path.setAttribute("d", "M4 5h16v11H10l-4 4v-4H4z");
    icon.append(path);
    this.#button.type = "button";
    this.#button.part.add("button");
    this.#panel.part.add("panel");
    this.#button.append(icon, this.#badge);
    this.#button.onclick = () => (this.open = !this.open);
    root.append(this.#button, this.#panel);
  }

  /** Must be set before the person can chat. */
  get getToken(): GetToken | null {
    return this.#getToken;
  }

  set getToken(getToken: GetToken | null) {
    this.#getToken = getToken;
  }

  /** With `launcher`: whether the chat is open above its button. */
  get open(): boolean {
    return this.hasAttribute("open");
  }

  set open(open: boolean) {
    this.toggleAttribute("open", open);
  }

  /** Answers and messages that have come while nobody saw the chat. */
  get unread(): number {
    return this.#unread;
  }

  connectedCallback(): void {
    // A page can set the property before this script has run.
    const early = Object.getOwnPropertyDescriptor(this, "getToken");
    if (early) {
      delete (this as Partial<ChatboxChat>).getToken;
      this.getToken = early.value;
    }
    addEventListener("message", this.#hear);
    this.#label();
    this.#load();
  }

  disconnectedCallback(): void {
    removeEventListener("message", this.#hear);
    this.#unload();
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (!this.isConnected || before === now) return;
    if (name === "src" || name === "lang" || name === "launcher") {
      this.#unload();
      this.#load();
    } else if (name === "open") {
      this.#load();
      if (this.#isShown) this.#frame?.focus();
      else this.#button.focus();
      this.#tell({ type: "shown", shown: this.#isShown });
      this.dispatchEvent(new Event(this.open ? "open" : "close"));
    } else this.#tell({ type: "look", theme: this.getAttribute("theme"), title: this.getAttribute("heading") });
    this.#label();
  }

  get #isShown(): boolean {
    return this.open || !this.hasAttribute("launcher");
  }

  #label(): void {
    const name = this.getAttribute("heading") || "Chat";
    this.#button.setAttribute("aria-label", this.#unread ? `${name} (${this.#unread})` : name);
    this.#button.setAttribute("aria-expanded", String(this.open));
    this.#badge.textContent = this.#unread ? String(this.#unread) : "";
    if (this.#frame) this.#frame.title = name;
  }

  /** Makes the frame, as soon as it can be seen. The address has no token: those go by messages, to the chat's origin only. */
  #load(): void {
    if (this.#frame || !this.#isShown) return;
    const src = this.getAttribute("src") ?? (HOME && new URL(".", HOME).href);
    if (!src) return console.error("<chatbox-chat> needs the address of the chat in src.");
    const address = new URL(src, location.href);
    if (!/(\/|\.html)$/.test(address.pathname)) address.pathname += "/";
    const wishes = { theme: this.getAttribute("theme"), lang: this.getAttribute("lang"), title: this.getAttribute("heading"), close: this.hasAttribute("launcher") ? "1" : "", parent: location.origin };
    for (const [name, value] of Object.entries(wishes)) if (value) address.searchParams.set(name, value);
    const frame = (this.#frame = document.createElement("iframe"));
    this.#origin = address.origin;
    frame.allow = "camera; microphone; clipboard-write";
    frame.referrerPolicy = "origin";
    frame.src = address.href;
    this.#panel.append(frame);
    this.#label();
    setTimeout(() => {
      if (frame.isConnected && frame.className !== "ready") console.warn(`The chat at ${address.origin} does not respond. Do its FRAME_ANCESTORS name ${location.origin}?`);
    }, READY_WITHIN_MS);
  }

  #unload(): void {
    this.#frame?.remove();
    this.#frame = null;
    this.#count(0);
  }

  /** Nothing is told before the chat is there: until then, the frame is of no origin. */
  #tell(message: object): void {
    if (this.#frame?.className === "ready") this.#frame.contentWindow?.postMessage(message, this.#origin);
  }

  #count(unread: number): void {
    if (unread === this.#unread) return;
    this.#unread = unread;
    this.#label();
    this.dispatchEvent(new CustomEvent("unread", { detail: unread }));
  }

  #receive({ source, origin, data }: MessageEvent<FromChat>): void {
    if (!this.#frame || source !== this.#frame.contentWindow || origin !== this.#origin) return;
    if (data.type === "ready") {
      this.#frame.className = "ready";
      this.#tell({ type: "shown", shown: this.#isShown });
    } else if (data.type === "request_token") void this.#give("request");
    else if (data.type === "refresh_token") void this.#give("refresh");
    else if (data.type === "unread") this.#count(data.count);
    else if (data.type === "close") this.open = false;
    else if (data.type === "resize") {
      if (this.hasAttribute("fit")) this.style.height = `${data.height}px`;
      this.dispatchEvent(new CustomEvent("resize", { detail: data.height }));
    }
  }

  async #give(reason: "request" | "refresh"): Promise<void> {
    const frame = this.#frame;
    if (!this.#getToken) return console.error("<chatbox-chat> has no getToken.");
    try {
      const token = await this.#getToken(reason);
      if (this.#frame === frame) this.#tell({ type: "token", token });
    } catch (failure) {
      console.error("<chatbox-chat>: getToken failed.", failure); // the chat says so, and offers another try
    }
  }
}

if (!customElements.get("chatbox-chat")) customElements.define("chatbox-chat", ChatboxChat);
