// What the chat page and the frame that draws diagrams say to each other.

/** Longer sources are not drawn, in UTF-16 code units. */
export const LONGEST_SOURCE = 20_000;

export interface Order {
  /** From 1 on; the answer has the same. */
  number: number;
  source: string;
  dark: boolean;
}

/** The answer to an order; number 0 says that the frame is ready. */
export interface Drawing {
  number: number;
  svg?: string;
  /** The size of the drawing, in CSS pixels. */
  width?: number;
  height?: number;
  /** What mermaid calls this kind of diagram. */
  kind?: string;
  problem?: string;
}
