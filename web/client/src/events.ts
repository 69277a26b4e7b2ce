/** Listeners by the name of an event. */
export class Events<Map extends object> {
  readonly #listeners = new Map<keyof Map, Set<(detail: never) => void>>();

  /** Calls the listener for each event of this name. Returns a function that ends that. */
  on<Name extends keyof Map>(name: Name, listener: (detail: Map[Name]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  emit<Name extends keyof Map>(name: Name, detail: Map[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) (listener as (detail: Map[Name]) => void)(detail);
  }
}
