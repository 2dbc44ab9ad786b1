// What a link's element does on its own page: it replaces the plain page, in the page's own styles.

import type { LinkedElement, Spoken } from "../linked-element.ts";

// biome-ignore lint/suspicious/noExplicitAny: TypeScript asks this of the class that a mixin extends.
type Linked = abstract new (...any: any[]) => LinkedElement<Spoken>;

/** The element without a shadow root: the page and its styles are its own. */
export function onOwnPage<Class extends Linked>(element: Class) {
  abstract class OwnPage extends element {
    // biome-ignore lint/suspicious/noExplicitAny: TypeScript asks this of a mixin.
    constructor(...any: any[]) {
      super(...any);
      this.api = location.origin;
      this.level = 1;
    }

    override connectedCallback() {
      super.connectedCallback();
      if (!this.hasUpdated) this.takePlain();
    }

    /** Removes what the server wrote; the focus returns to where it was. */
    takePlain() {
      const focused = this.contains(document.activeElement) ? document.activeElement : null;
      const name = focused?.getAttribute("name");
      const value = focused?.getAttribute("value");
      this.replaceChildren();
      if (!name) return;
      this.updateComplete.then(() =>
        this.querySelector<HTMLElement>(`[name="${name}"][value="${value}"]`)?.focus({
          preventScroll: true,
        }),
      );
    }

    override createRenderRoot() {
      return this;
    }
  }
  return OwnPage;
}

/**
 * Gives a page outside an iframe a background of its own, if the browser's request did not say that
 * it is one.
 */
export function standAlone(): void {
  document.body.classList.toggle("alone", parent === window);
}
