// <delete-profile>: asks before a profile is deleted or forgotten.

import "@awesome.me/webawesome/dist/components/radio-group/radio-group.js";
import "@awesome.me/webawesome/dist/components/radio/radio.js";
import { html, nothing } from "lit";
import { deleteProfile } from "../../api.ts";
import { DialogElement } from "../../parts/dialog.ts";
import { noComplaints, valuesOf } from "../../parts/fields.ts";
import { notice } from "../../parts/loading.ts";

type Way = "delete" | "forget";

/**
 * @summary A dialog that deletes a profile, or forgets the person.
 *
 * @fires profile-deleted - The profile is gone.
 */
export class DeleteProfile extends DialogElement {
  static override properties = {
    profile: {},
    way: { state: true },
  };

  /** The id of the profile. */
  declare profile: string;
  declare private way: Way;

  constructor() {
    super();
    this.way = "delete";
  }

  /** Opens the dialog. */
  show() {
    this.way = "delete";
    this.openEmpty();
  }

  protected override heading() {
    return "Delete this profile?";
  }

  protected override content() {
    const forget = this.way === "forget";
    const complaint = this.wrong.at.id;
    return html`<form novalidate @submit=${this.#delete}>
      <wa-radio-group name="way" label="What to remove" orientation="vertical" .value=${this.way}
        @change=${this.#choose}>
        <wa-radio value="delete">Delete the profile</wa-radio>
        <wa-radio value="forget">Forget the person</wa-radio>
      </wa-radio-group>
      ${
        forget
          ? html`<p>Erases the addresses, the properties, the texts of messages in both directions,
            and the personal part of the history. After that, no message of any kind is sent to
            these addresses: only hashes of them are kept, from which nobody can read them. This
            cannot be undone.</p>`
          : html`<p>Removes the addresses and properties, and cancels messages that are waiting. The
            history is kept as proof, and so are the messages. Where the person had opted out, the
            next profile with that address starts opted out. A deleted profile cannot be
            restored.</p>`
      }
      ${
        forget
          ? html`<wa-input name="id" label="Type ${this.profile} to confirm" autocomplete="off"
            ?data-wrong=${complaint !== undefined} hint=${complaint ?? ""}></wa-input>`
          : nothing
      }
      ${notice(this.wrong.whole)}
      <div class="actions">
        <wa-button appearance="plain" @click=${this.close}>Keep it</wa-button>
        <wa-button type="submit" variant="danger"
          ?loading=${this.busy}>${forget ? "Forget for good" : "Delete profile"}</wa-button>
      </div>
    </form>`;
  }

  #choose(event: Event) {
    this.way = (event.target as unknown as { value: Way }).value;
    this.wrong = noComplaints;
  }

  async #delete(event: Event) {
    event.preventDefault();
    const { id } = valuesOf(event.target as HTMLFormElement);
    const forget = this.way === "forget";
    if (forget && id?.trim() !== this.profile) {
      return this.complain({ whole: undefined, at: { id: "This is not the id of this profile." } });
    }
    await this.attempt(async () => {
      await deleteProfile(this.profile, { forget });
      this.close();
      this.dispatchEvent(new Event("profile-deleted"));
    });
  }
}

customElements.define("delete-profile", DeleteProfile);

declare global {
  interface HTMLElementTagNameMap {
    "delete-profile": DeleteProfile;
  }
}
