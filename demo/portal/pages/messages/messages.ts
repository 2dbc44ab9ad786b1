// <page-messages>: Contact > Messages: what was sent, what came in, and the simulator.

import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import "@awesome.me/webawesome/dist/components/tab-group/tab-group.js";
import "@awesome.me/webawesome/dist/components/tab-panel/tab-panel.js";
import "@awesome.me/webawesome/dist/components/tab/tab.js";
import { html, nothing } from "lit";
import { PortalElement } from "../../parts/element.ts";
import "../../parts/waiting.ts";
import "./inbound-list.ts";
import "./likely-list.ts";
import "./outbox-list.ts";
import type { InboundList } from "./inbound-list.ts";
import type { LikelyList } from "./likely-list.ts";
import "./message-simulator.ts";
import type { OutboxList } from "./outbox-list.ts";

/** @summary Inbound messages and the outbox, with the simulator next to them. */
export class MessagesPage extends PortalElement {
  override render() {
    const asked = new URLSearchParams(location.search);
    const tab = ["likely", "outbox"].find((name) => name === asked.get("tab")) ?? "inbound";
    return html`
      <div class="head">
        <div>
          <h1 tabindex="-1">Messages</h1>
          <p class="quiet">Messages from people, their effect, and messages to people.</p>
        </div>
      </div>
      <div class="beside">
        <wa-tab-group active=${tab} @wa-tab-show=${this.#name}>
          <wa-tab panel="inbound">Inbound</wa-tab>
          <wa-tab panel="likely">Likely opt-outs <waiting-count></waiting-count></wa-tab>
          <wa-tab panel="outbox">Outbox</wa-tab>
          <wa-tab-panel name="inbound"><inbound-list></inbound-list></wa-tab-panel>
          <wa-tab-panel name="likely"><likely-list></likely-list></wa-tab-panel>
          <wa-tab-panel name="outbox"><outbox-list
            broadcast=${asked.get("broadcast") ?? nothing}></outbox-list></wa-tab-panel>
        </wa-tab-group>
        <message-simulator @message-received=${this.#reload}></message-simulator>
      </div>`;
  }

  /** The address says which tab is open. */
  #name(event: CustomEvent<{ name: string }>) {
    const asked = new URLSearchParams(location.search);
    if ((asked.get("tab") ?? "inbound") === event.detail.name) return;
    history.replaceState(null, "", `/messages?tab=${event.detail.name}`);
  }

  #reload() {
    this.querySelector<InboundList>("inbound-list")?.reload();
    this.querySelector<LikelyList>("likely-list")?.reload();
    this.querySelector<OutboxList>("outbox-list")?.reload();
  }
}

customElements.define("page-messages", MessagesPage);
