// <profile-flags>: the kit's own <profile-flag-editor>, with data from the portal's session.

import "./profile-flags.css";
import "../../../../widgets/profile-flag-editor/define.ts";
import { html, type PropertyValues } from "lit";
import type { OptIn } from "../../../../server/schemas/flags.ts";
import { editor as texts } from "../../../../server/texts/en.json";
import type { FlagProvider } from "../../../../widgets/index.ts";
import { PortalProblem, readFlags, setFlags } from "../../api.ts";
import { channelNames } from "../../channels.ts";
import { PortalElement } from "../../parts/element.ts";
import "./newer-word.ts";

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
    if (changed.has("profile")) this.#flags = this.#flagsOf(this.profile);
  }

  override render() {
    return html`<section class="part" aria-labelledby="flags">
      <h2 id="flags">Opt-in state</h2>
      <profile-flag-editor .flags=${this.#flags}></profile-flag-editor>
      <newer-word></newer-word>
    </section>`;
  }

  #flagsOf(id: string): FlagProvider {
    const load = async () => ({ ...(await readFlags(id)), texts: { ...texts, ...channelNames } });
    return {
      load,
      save: async (optIn, reason) => {
        try {
          await setFlags(id, { optIn, reason });
        } catch (error) {
          await this.#lift(error, optIn, reason);
        }
        return load();
      },
      linkOf: ({ actor }) => (typeof actor.form === "string" ? `/forms/${actor.form}` : undefined),
    };
  }

  /** Asks for evidence where the person opted out themself; throws the problem where none comes. */
  async #lift(problem: unknown, optIn: OptIn, reason: string) {
    const isOut = problem instanceof PortalProblem && problem.code === "person_opted_out";
    if (!isOut) throw problem;
    const flag = (await readFlags(this.profile)).items.find(({ channel }) => optIn[channel]);
    const dialog = this.querySelector("newer-word");
    if (!flag || !dialog) throw problem;
    if (!(await dialog.ask({ profile: this.profile, flag, reason }))) throw problem;
  }
}

customElements.define("profile-flags", ProfileFlags);
