// What goes with the text of a message.
import type { SharedFile } from "@chatbox/client";

export interface Enclosure {
  readonly isEmpty: boolean;
  /** Why the message cannot be sent yet, or null. */
  readonly obstacle: string | null;
  /** The files, for the message that is sent now. */
  take(): SharedFile[];
}

export const nothingEnclosed: Enclosure = { isEmpty: true, obstacle: null, take: () => [] };
