// <new-profile>: the button that creates a profile.

import "./profile-dialog.ts";
import { html } from "lit";
import type { Profile } from "../../../../server/schemas/profiles.ts";
import { PortalElement } from "../../parts/element.ts";
import { toast } from "../../parts/toast.ts";
import { navigate } from "../../router.ts";

/** @summary A button with its dialog; opens the profile that was created. */
export class NewProfile extends PortalElement {
  override render() {
    return html`<wa-button variant="brand" @click=${this.#open}>New profile</wa-button>
      <profile-dialog @profile-saved=${this.#made}></profile-dialog>`;
  }

  #open() {
    this.querySelector("profile-dialog")?.show();
  }

  #made({ detail }: CustomEvent<Profile>) {
    navigate(`/profiles/${encodeURIComponent(detail.id)}`);
    toast("The profile was created.");
  }
}

customElements.define("new-profile", NewProfile);
