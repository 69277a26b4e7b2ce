// Typed access to the elements of index.html.

/**
 * The element with this id.
 * @throws {Error} if the page has no such element
 */
export function byId(id: string): HTMLElement {
  return control(id, HTMLElement);
}

/**
 * The element with this id, as an element of a certain kind.
 * @throws {Error} if the page has no such element, or it is of another kind
 */
export function control<E extends HTMLElement>(id: string, type: new () => E): E {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`The page has no ${type.name} "${id}".`);
}
