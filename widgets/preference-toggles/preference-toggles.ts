// <preference-toggles>: a person sees and changes what they get, without an account.

import { skeletonStyles } from "../styles.ts";
import { styles } from "./styles.ts";
import { Toggles } from "./toggles.ts";

/**
 * @summary A person's own preferences: a switch for each channel, a copy of their data, and a
 *   button to be forgotten.
 *
 * @slot heading - Shown above the title, inside the card.
 *
 * @fires {LinkedReadyEvent} preferences-ready - The switches can be used.
 * @fires {LinkedChangedEvent} preferences-changed - The server has acknowledged a change; `optIn`
 *   says which.
 * @fires {PreferencesForgottenEvent} preferences-forgotten - Everything that was stored about the
 *   person is erased.
 * @fires {LinkedFailedEvent} preferences-failed - Loading or saving failed; `reason` says why.
 *
 * @csspart card - The box around everything.
 * @csspart title - Its title.
 * @csspart list - The switches.
 * @csspart row - One channel.
 * @csspart label - Its name, address and switch.
 * @csspart address - The address, masked.
 * @csspart switch - The switch.
 * @csspart news - What was saved.
 * @csspart button - Each button.
 * @csspart error - What failed.
 * @csspart message - The last message, when there is nothing more to do.
 *
 * @cssproperty --optin-accent - The accent colour; `--optin-on-accent` is the text on it. All
 *   others are those of <opt-in-form>.
 */
export class PreferenceToggles extends Toggles {
  static override styles = [...styles, skeletonStyles];

  constructor() {
    super();
    this.api = new URL(import.meta.url).origin;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "preference-toggles": PreferenceToggles;
  }
}
