// When the elements of our own pages start.

/** Registers a tag once the plain page is on the screen: nobody waits for the element. */
export function defineLater(tag: string, element: CustomElementConstructor): void {
  requestAnimationFrame(() => setTimeout(() => customElements.define(tag, element)));
}
