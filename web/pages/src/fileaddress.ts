// Where a file is. The addresses of this service are signed, and good for a quarter of an hour: later ones are asked for.
import type { SharedFile } from "@chatbox/client";

/** Reads the files of a message again; null if they are not there any more. */
export type Fresh = () => Promise<readonly SharedFile[] | null>;

/** The id of a file of this service (protocol, section 7). */
const OUR_ID = /^[0-9a-f]{32}$/;
/** An address that is good for less than this is not begun with. */
const SHORTEST_MS = 5_000;

export class FileAddress {
  readonly #file: SharedFile;
  readonly #renew: () => Promise<readonly SharedFile[] | null>;
  #current: URL | null;

  private constructor(file: SharedFile, renew: Fresh) {
    [this.#file, this.#renew, this.#current] = [file, renew, addressOf(file)];
  }

  /** The addresses of the files of one message: one request renews all of them. */
  static of(files: readonly SharedFile[], fresh: Fresh): FileAddress[] {
    let asking: Promise<readonly SharedFile[] | null> | null = null;
    const ask = () => {
      asking ??= fresh().catch(() => null).finally(() => (asking = null));
      return asking.then((renewed) => {
        for (const address of addresses) address.#take(renewed);
        return renewed;
      });
    };
    const addresses: FileAddress[] = files.map((file) => new FileAddress(file, ask));
    return addresses;
  }

  /** The address as it was told last; null if no browser should open it. */
  get current(): URL | null {
    return this.#current;
  }

  /** True for a file of this service, which may be at its file store. */
  get isOurs(): boolean {
    return this.#current !== null && (this.#current.origin === location.origin || OUR_ID.test(this.#file.file_id));
  }

  /** True if the address is good no longer. */
  get isOver(): boolean {
    const until = Number(this.#current?.searchParams.get("expires"));
    return this.isOurs && until > 0 && until * 1000 - SHORTEST_MS < Date.now();
  }

  /** An address that is good now, or the last one if no better is to be had. */
  async good(): Promise<URL | null> {
    return this.isOver ? ((await this.renewed()) ?? this.#current) : this.#current;
  }

  /** Another address than before, or null if there is none. */
  async renewed(): Promise<URL | null> {
    if (!this.isOurs) return null;
    const before = this.#current?.href;
    await this.#renew();
    return this.#current?.href === before ? null : this.#current;
  }

  #take(files: readonly SharedFile[] | null): void {
    const told = files?.find(({ file_id: id }) => id === this.#file.file_id);
    if (told) this.#current = addressOf(told);
  }
}

/** Null for an address that no browser should open. */
function addressOf({ file_url: told }: SharedFile): URL | null {
  if (!told || !URL.canParse(told, location.href)) return null;
  const address = new URL(told, location.href);
  return address.origin === location.origin || address.protocol === "https:" ? address : null;
}
