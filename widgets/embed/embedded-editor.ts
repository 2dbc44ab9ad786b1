// <profile-flag-editor> on its own page: it takes the plain forms over, in the page's own styles.

import { Editor } from "../profile-flag-editor/editor.ts";
import { takePlain } from "./take-over.ts";

/** The element as the iframe page has it: no shadow root, since page and styles are its own. */
export class EmbeddedEditor extends Editor {
  #taken = false;

  constructor() {
    super();
    this.api = location.origin;
    this.level = 1;
  }

  override connectedCallback() {
    super.connectedCallback();
    if (this.#taken) return;
    this.#taken = true;
    this.updateComplete.then(takePlain(this));
  }

  protected override createRenderRoot() {
    return this;
  }
}
