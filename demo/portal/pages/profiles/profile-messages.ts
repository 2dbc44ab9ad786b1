// <profile-messages>: the messages to and from a person.

import "@awesome.me/webawesome/dist/components/tab-group/tab-group.js";
import "@awesome.me/webawesome/dist/components/tab-panel/tab-panel.js";
import "@awesome.me/webawesome/dist/components/tab/tab.js";
import "../messages/inbound-list.ts";
import "../messages/outbox-list.ts";
import { html } from "lit";
import { PortalElement } from "../../parts/element.ts";

/** @summary The messages of one profile. */
export class ProfileMessages extends PortalElement {
  static override properties = { profile: {} };

  /** The id of the profile. */
  declare profile: string;

  override render() {
    return html`<section class="part" aria-labelledby="messages">
      <h2 id="messages">Messages</h2>
      <wa-tab-group active="outbox">
        <wa-tab panel="outbox">Sent</wa-tab>
        <wa-tab panel="inbound">Received</wa-tab>
        <wa-tab-panel name="outbox"><outbox-list
          profile=${this.profile}></outbox-list></wa-tab-panel>
        <wa-tab-panel name="inbound"><inbound-list
          profile=${this.profile}></inbound-list></wa-tab-panel>
      </wa-tab-group>
    </section>`;
  }
}

customElements.define("profile-messages", ProfileMessages);
