import { createElement, useEffect, useRef } from "react";
import type { ChatElement, GetToken } from "./element.ts";

interface ChatProps {
  /** Gives a token of the person who looks at the page. */
  getToken: GetToken;
  heading?: string;
  theme?: "light" | "dark";
  lang?: string;
  launcher?: boolean;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  onUnread?: (count: number) => void;
}

/** The chat as a component of React 19. The page loads `embed.js` of the chat's server, which defines the element. */
export function Chat({ getToken, onOpenChange, onUnread, ...attributes }: ChatProps) {
  const element = useRef<ChatElement>(null);
  const latest = useRef({ getToken, onOpenChange, onUnread });
  useEffect(() => void (latest.current = { getToken, onOpenChange, onUnread }));
  useEffect(() => {
    const chat = element.current!;
    chat.getToken = (reason) => latest.current.getToken(reason);
    const tellOpen = () => latest.current.onOpenChange?.(chat.open);
    const tellUnread = () => latest.current.onUnread?.(chat.unread);
    const events = [["open", tellOpen], ["close", tellOpen], ["unread", tellUnread]] as const;
    for (const [name, listener] of events) chat.addEventListener(name, listener);
    return () => events.forEach(([name, listener]) => chat.removeEventListener(name, listener));
  }, []);
  return createElement("chatbox-chat", { ref: element, ...attributes });
}
