// <preference-toggles> on its own page: it takes the plain form over, with what is ticked, in the
// page's own styles.

import type { Channel } from "../../server/schemas/channels.ts";
import { Toggles } from "../preference-toggles/toggles.ts";
import { takePlain } from "./take-over.ts";

/** The element as the iframe page has it: no shadow root, since page and styles are its own. */
export class EmbeddedPreferences extends Toggles {
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
    const ticks = [...this.querySelectorAll<HTMLInputElement>(".switch")].filter(
      ({ checked, defaultChecked }) => checked !== defaultChecked,
    );
    this.updateComplete.then(takePlain(this));
    if (ticks.length > 0)
      this.set(Object.fromEntries(ticks.map(({ value, checked }) => [value as Channel, checked])));
  }

  protected override createRenderRoot() {
    return this;
  }
}
