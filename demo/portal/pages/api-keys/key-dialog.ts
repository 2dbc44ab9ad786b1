// <key-dialog>: creates a key, and shows it the only time that it can be seen.

import type WaCheckbox from "@awesome.me/webawesome/dist/components/checkbox/checkbox.js";
import { html, nothing } from "lit";
import type { Scope } from "../../../../server/schemas/keys.ts";
import { createKey } from "../../api.ts";
import { DialogElement } from "../../parts/dialog.ts";
import type { Complaints } from "../../parts/fields.ts";
import { notice } from "../../parts/loading.ts";
import { toast } from "../../parts/toast.ts";
import { scopes, scopeTexts } from "./scopes.ts";

/**
 * @summary A dialog with the name and the scopes of a new key, then the key itself.
 *
 * @fires key-made - A key was created.
 */
export class KeyDialog extends DialogElement {
  static override properties = {
    made: { state: true },
    everything: { state: true },
  };

  /** The text of the key that was just created. */
  declare private made: string | undefined;
  declare private everything: boolean;

  constructor() {
    super();
    this.everything = false;
  }

  /** Opens for a new key. */
  show() {
    this.made = undefined;
    this.everything = false;
    this.openEmpty();
  }

  protected override heading() {
    return this.made ? "Copy your key now" : "Create key";
  }

  protected override content() {
    return this.made ? this.#renderMade(this.made) : this.#renderForm();
  }

  #renderForm() {
    const { at, whole } = this.wrong;
    return html`<form novalidate @submit=${this.#make}>
      <wa-input name="name" label="Name" maxlength="100" autocomplete="off" autofocus
        ?data-wrong=${at.name !== undefined}
        hint=${at.name ?? "Which program will use it, such as “Shop, order updates”."}></wa-input>
      <fieldset class="scopes" aria-describedby=${at.scopes ? "scopes-wrong" : nothing}>
        <legend>What it may do</legend>
        ${
          at.scopes
            ? html`<p id="scopes-wrong" class="small wrong" role="alert">${at.scopes}</p>`
            : nothing
        }
        ${scopes.map((scope) => this.#renderScope(scope))}
      </fieldset>
      ${notice(whole)}
      <div class="actions">
        <wa-button appearance="plain" @click=${this.close}>Cancel</wa-button>
        <wa-button type="submit" variant="brand" ?loading=${this.busy}>Create key</wa-button>
      </div>
    </form>`;
  }

  #renderScope(scope: Scope) {
    const { name, explains } = scopeTexts[scope];
    return html`<wa-checkbox size="s" value=${scope} hint=${explains}
      ?disabled=${this.everything && scope !== "admin"}
      @change=${scope === "admin" ? this.#allOrSome : nothing}>${name}</wa-checkbox>`;
  }

  #renderMade(key: string) {
    return html`<div class="stack">
      <p>This is the only time that the key is shown. Store it like a password: only where your
        program reads it.</p>
      <div class="made-key">
        <code tabindex="0" role="textbox" aria-readonly="true" aria-label="The key">${key}</code>
        <wa-copy-button .value=${key} tooltip="none" @wa-copy=${copied} @wa-error=${notCopied}>
          <wa-button appearance="outlined">Copy key</wa-button>
        </wa-copy-button>
      </div>
      <div class="actions">
        <wa-button variant="brand" @click=${this.close}>Done</wa-button>
      </div>
    </div>`;
  }

  #allOrSome(event: Event) {
    this.everything = (event.target as WaCheckbox).checked;
  }

  async #make(event: Event) {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const name =
      form.querySelector<HTMLElement & { value: string | null }>("wa-input")?.value?.trim() ?? "";
    const chosen = [...form.querySelectorAll<WaCheckbox>("wa-checkbox")]
      .filter((box) => box.checked && !box.disabled)
      .map((box) => box.value as Scope);
    if (name === "" || chosen.length === 0) {
      const at = {
        ...(name === "" ? { name: "Give it a name that you will recognise later." } : {}),
        ...(chosen.length === 0 ? { scopes: "Choose at least one." } : {}),
      };
      return this.complain({ whole: undefined, at });
    }
    await this.attempt(async () => {
      const { key } = await createKey({ name, scopes: chosen });
      this.made = key;
      this.dispatchEvent(new Event("key-made"));
      await this.updateComplete;
      this.querySelector<HTMLElement>("code")?.focus();
    }, ["name", "scopes"]);
  }

  protected override async complain(wrong: Complaints) {
    await super.complain(wrong);
    if (wrong.at.name === undefined && wrong.at.scopes !== undefined) {
      this.querySelector<HTMLElement>("wa-checkbox")?.focus();
    }
  }

  protected override closed() {
    this.made = undefined;
  }
}

function copied() {
  toast("The key was copied.");
}

function notCopied() {
  toast("The browser does not let this page copy. Select the key and copy it by hand.", {
    variant: "danger",
  });
}

customElements.define("key-dialog", KeyDialog);

declare global {
  interface HTMLElementTagNameMap {
    "key-dialog": KeyDialog;
  }
}
