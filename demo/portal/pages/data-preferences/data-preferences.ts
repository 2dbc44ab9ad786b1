// <page-data-preferences>: My Account > Data Preferences.

import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/radio-group/radio-group.js";
import "@awesome.me/webawesome/dist/components/radio/radio.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import "../../parts/toggles.ts";
import "@awesome.me/webawesome/dist/components/textarea/textarea.js";
import { html } from "lit";
import { PortalElement } from "../../parts/element.ts";
import "./defaults.ts";
import "./preset-dialog.ts";
import "./rule-dialog.ts";
import "./rule-tester.ts";
import "./rules.ts";

/** @summary What new profiles start with, and which words of a message opt in and out. */
export class DataPreferencesPage extends PortalElement {
  override render() {
    return html`
      <div class="head"><h1 tabindex="-1">Data Preferences</h1></div>
      <default-switches></default-switches>
      <rule-table></rule-table>`;
  }
}

customElements.define("page-data-preferences", DataPreferencesPage);
