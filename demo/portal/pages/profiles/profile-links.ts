// <profile-links>: creates signed links to a person's flags, for copying.

import "@awesome.me/webawesome/dist/components/copy-button/copy-button.js";
import { html, nothing } from "lit";
import type { LinkPurpose } from "../../../../server/schemas/links.ts";
import { makeLink } from "../../api.ts";
import { PortalElement } from "../../parts/element.ts";
import { dateAndTime } from "../../parts/time.ts";
import { attempt, toast } from "../../parts/toast.ts";

type Made = { purpose: LinkPurpose; url: string; expiresAt: string };

const kinds: readonly { purpose: LinkPurpose; name: string; hint: string }[] = [
  {
    purpose: "preferences",
    name: "Preferences link",
    hint: "For the person, to turn their own channels on and off.",
  },
  {
    purpose: "editor",
    name: "Editor link",
    hint: "For your staff, in an iframe of your CRM: each change asks for a reason.",
  },
];

/** @summary Two kinds of links. */
export class ProfileLinks extends PortalElement {
  static override properties = { profile: {}, made: { state: true }, making: { state: true } };

  /** The id of the profile. */
  declare profile: string;
  declare private made: Partial<Record<LinkPurpose, Made>>;
  declare private making: LinkPurpose | undefined;

  constructor() {
    super();
    this.made = {};
  }

  override render() {
    return html`<section class="part" aria-labelledby="links">
      <h2 id="links">Links</h2>
      <ul class="rows card">
        ${kinds.map(
          ({ purpose, name, hint }) => html`<li class="link-row">
            <div class="flag">
              <div>
                <p><strong>${name}</strong></p>
                <p class="quiet small">${hint}</p>
              </div>
              <wa-button size="s" appearance="outlined" title="Create ${name.toLowerCase()}"
                ?loading=${this.making === purpose}
                @click=${() => this.#make(purpose)}>Create link</wa-button>
            </div>
            ${this.#renderMade(this.made[purpose], name)}
          </li>`,
        )}
      </ul>
    </section>`;
  }

  #renderMade(made: Made | undefined, name: string) {
    if (!made) return nothing;
    return html`<div class="link-made">
        <wa-input label=${name} readonly .value=${made.url}></wa-input>
        <wa-copy-button .value=${made.url} tooltip="none" @wa-copy=${copied} @wa-error=${notCopied}>
          <wa-button appearance="outlined">Copy</wa-button>
        </wa-copy-button>
      </div>
      <p class="quiet small">Works until ${dateAndTime(made.expiresAt)}. Anyone who has it can use
        it.</p>`;
  }

  async #make(purpose: LinkPurpose) {
    this.making = purpose;
    await attempt(async () => {
      const link = await makeLink(this.profile, purpose);
      this.made = { ...this.made, [purpose]: { purpose, ...link } };
    });
    this.making = undefined;
  }
}

function copied() {
  toast("The link was copied.");
}

function notCopied() {
  toast("The browser did not let the link be copied. Select it and copy it yourself.", {
    variant: "danger",
  });
}

customElements.define("profile-links", ProfileLinks);
