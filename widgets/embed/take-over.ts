// How the element of a link's page takes the plain form's place: the focus stays where it was.

/**
 * Takes away what the server wrote; gives back what puts the focus where it was, once the element
 * is drawn.
 */
export function takePlain(element: HTMLElement): () => void {
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  const name = focused?.getAttribute("name");
  const value = focused?.getAttribute("value");
  element.replaceChildren();
  return () => {
    if (name)
      element
        .querySelector<HTMLElement>(`[name="${name}"][value="${value}"]`)
        ?.focus({ preventScroll: true });
  };
}

/**
 * Lets a page that is in no iframe have a background of its own, where the browser did not say so
 * with its request.
 */
export function standAlone(): void {
  document.body.classList.toggle("alone", parent === window);
}
