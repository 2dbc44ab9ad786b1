// <profile-flag-editor>: staff see each flag of a person and its reason, and change it for a
// reason.

import { skeletonStyles } from "../styles.ts";
import { Editor } from "./editor.ts";
import { styles } from "./styles.ts";

export type { EditableFlags, FlagProvider } from "./editor.ts";

/**
 * @summary The opt-in state of one person, channel by channel, for a portal or a CRM.
 *
 * @slot heading - Shown above the title, inside the card.
 *
 * @fires {LinkedReadyEvent} flags-ready - The flags are shown.
 * @fires {LinkedChangedEvent} flags-changed - The server has acknowledged a change; `optIn` says
 *   which.
 * @fires {LinkedFailedEvent} flags-failed - Loading or saving failed; `reason` says why.
 *
 * @csspart card - The box around everything.
 * @csspart title - Its title.
 * @csspart list - The flags.
 * @csspart row - One channel.
 * @csspart state - Opted in or opted out.
 * @csspart question - The question before a change.
 * @csspart label - The label of the reason.
 * @csspart input - The field of the reason.
 * @csspart hint - What to write there.
 * @csspart news - That it was saved.
 * @csspart button - Each button.
 * @csspart error - What failed.
 * @csspart message - The last message, if the link no longer works.
 *
 * @cssproperty --optin-accent - The accent colour; `--optin-on-accent` is the text on it. All
 *   others are those of <opt-in-form>.
 */
export class ProfileFlagEditor extends Editor {
  static override styles = [...styles, skeletonStyles];

  constructor() {
    super();
    this.api = new URL(import.meta.url).origin;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "profile-flag-editor": ProfileFlagEditor;
  }
}
