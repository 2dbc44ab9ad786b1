// <profile-flags>: the kit's own <profile-flag-editor>, with the portal's session for its data and
// the portal's colours.

import "./profile-flags.css";
import "../../../../widgets/profile-flag-editor/define.ts";
import { html, type PropertyValues } from "lit";
import { editor as texts } from "../../../../server/texts/en.json";
import type { FlagProvider } from "../../../../widgets/index.ts";
import { readFlags, setFlags } from "../../api.ts";
import { channelNames } from "../../channels.ts";
import { PortalElement } from "../../parts/element.ts";

/**
 * @summary The flags of one profile.
 *
 * @fires flags-changed - A flag was changed.
 */
export class ProfileFlags extends PortalElement {
  static override properties = { profile: {} };

  /** The id of the profile. */
  declare profile: string;

  #flags: FlagProvider | undefined;

  protected override willUpdate(changed: PropertyValues<this>) {
    if (changed.has("profile")) this.#flags = flagsOf(this.profile);
  }

  override render() {
    return html`<section class="part" aria-labelledby="flags">
      <h2 id="flags">Opt-in state</h2>
      <profile-flag-editor .flags=${this.#flags}></profile-flag-editor>
    </section>`;
  }
}

function flagsOf(id: string): FlagProvider {
  const load = async () => ({ ...(await readFlags(id)), texts: { ...texts, ...channelNames } });
  return {
    load,
    async save(optIn, reason) {
      await setFlags(id, optIn, reason);
      return load();
    },
    linkOf: ({ actor }) => (typeof actor.form === "string" ? `/forms/${actor.form}` : undefined),
  };
}

customElements.define("profile-flags", ProfileFlags);
