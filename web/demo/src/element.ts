// The element that embed.js defines, as a type.
export type GetToken = (reason: "request" | "refresh") => string | Promise<string>;

export interface ChatElement extends HTMLElement {
  getToken: GetToken | null;
  open: boolean;
  readonly unread: number;
}
