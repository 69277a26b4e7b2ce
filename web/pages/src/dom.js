// Typed access to the elements of index.html.

/**
 * The element with this id.
 * @param {string} id
 * @throws {Error} if the page has no such element
 */
export function byId(id) {
  return control(id, HTMLElement);
}

/**
 * The element with this id, as an element of a certain kind.
 * @template {HTMLElement} E
 * @param {string} id
 * @param {new () => E} type
 * @returns {E}
 * @throws {Error} if the page has no such element, or it is of another kind
 */
export function control(id, type) {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`The page has no ${type.name} "${id}".`);
}
