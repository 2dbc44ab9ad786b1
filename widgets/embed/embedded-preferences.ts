// <preference-toggles> on its own page: it replaces the plain form, and keeps its ticks.

import type { Channel } from "../../server/schemas/channels.ts";
import { Toggles } from "../preference-toggles/toggles.ts";
import { onOwnPage } from "./own-page.ts";

/** The element, which at once saves what was switched before it was there. */
export class EmbeddedPreferences extends onOwnPage(Toggles) {
  override takePlain() {
    const ticks = [...this.querySelectorAll<HTMLInputElement>(".switch")].filter(
      ({ checked, defaultChecked }) => checked !== defaultChecked,
    );
    super.takePlain();
    if (ticks.length > 0)
      this.set(Object.fromEntries(ticks.map(({ value, checked }) => [value as Channel, checked])));
  }
}
