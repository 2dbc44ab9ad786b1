// <profile-dialog>: creates a profile, or changes its addresses and properties.

import "./profiles.css";
import "../../parts/toggles.ts";
import { html, nothing } from "lit";
import type { Channel } from "../../../../server/schemas/channels.ts";
import type { OptIn } from "../../../../server/schemas/flags.ts";
import type { Profile } from "../../../../server/schemas/profiles.ts";
import { createProfile, readDefaults, updateProfile } from "../../api.ts";
import { addressKinds, channelNames, channels } from "../../channels.ts";
import { DialogElement } from "../../parts/dialog.ts";
import { textField, valuesOf } from "../../parts/fields.ts";
import { notice } from "../../parts/loading.ts";
import { attempt } from "../../parts/toast.ts";
import { addressFields, newProfileOf, patchOf, type Row, rowsOf } from "./profile-draft.ts";
import { propertyRows } from "./property-rows.ts";

const fields = ["id", ...addressFields, "reason"];

/**
 * @summary A dialog with the fields of a profile.
 *
 * @fires profile-saved - The profile was saved; `detail` is the profile.
 */
export class ProfileDialog extends DialogElement {
  static override properties = {
    profile: { state: true },
    values: { state: true },
    rows: { state: true },
    defaults: { state: true },
    optIn: { state: true },
  };

  /** The profile to change; undefined for a new one. */
  declare private profile: Profile | undefined;
  declare private values: Record<string, string>;
  declare private rows: Row[];
  /** The flags that a new profile starts with. */
  declare private defaults: OptIn;
  /** The flags that should differ from the defaults. */
  declare private optIn: OptIn;

  constructor() {
    super();
    this.values = {};
    this.rows = [];
    this.defaults = {};
    this.optIn = {};
  }

  /** Opens with a profile's fields, or with those of a new one. */
  async show(profile?: Profile) {
    this.profile = profile;
    this.values = {};
    this.rows = profile ? rowsOf(profile.properties) : [];
    this.optIn = {};
    await attempt(async () => {
      if (!profile) this.defaults = await readDefaults();
      this.openEmpty();
    });
  }

  protected override heading() {
    return this.profile ? "Edit profile" : "New profile";
  }

  protected override content() {
    const { profile, wrong } = this;
    return html`<form novalidate @submit=${this.#save} @input=${this.#write}>
      ${profile ? nothing : this.#renderInput("id", "Id", "The id that your own systems use for this person. Leave empty to have one created.")}
      ${this.#renderInput(
        "phoneNumber",
        "Phone number",
        "With its country code, such as +44 7700 900123.",
      )}
      ${this.#renderInput("email", "Email", "")}
        ${this.#renderInput("fbMessengerId", "Messenger id", "")}
      ${this.#renderStopped()}
      ${propertyRows(this.rows, (rows) => {
        this.rows = rows;
      })}
      ${profile ? nothing : this.#renderFlags()} ${notice(wrong.whole)}
      <div class="actions">
        <wa-button appearance="plain" @click=${this.close}>Cancel</wa-button>
        <wa-button type="submit" variant="brand"
          ?loading=${this.busy}>${profile ? "Save" : "Create profile"}</wa-button>
      </div>
    </form>`;
  }

  #renderInput(name: string, label: string, hint: string) {
    const before = this.profile?.[name as keyof Profile];
    const value = this.values[name] ?? (typeof before === "string" ? before : "");
    return textField({ name, label, hint, value, wrong: this.wrong });
  }

  /** An address that changes hands carries no consent. */
  #renderStopped() {
    const { profile, values } = this;
    if (!profile) return nothing;
    const stopped = addressFields
      .filter(
        (name) =>
          profile[name] !== null &&
          values[name] !== undefined &&
          values[name].trim() !== profile[name],
      )
      .flatMap((name) => channels.filter((channel) => addressKinds[channel] === name))
      .filter((channel) => profile.optIn[channel]);
    if (stopped.length === 0) return nothing;
    return html`<p class="law small" role="status">
      Consent does not move to another address: this opts the person out of
        ${stopped.map((channel) => channelNames[channel]).join(", ")}.
    </p>`;
  }

  #renderFlags() {
    const differs = Object.keys(this.optIn).length > 0;
    return html`<fieldset class="first-flags">
        <legend>Opted in to</legend>
        <p class="quiet small">It starts with your defaults. Opt people in only if they asked for
          it.</p>
        <div class="checks">
          ${channels.map(
            (channel) =>
              html`<wa-checkbox .checked=${this.optIn[channel] ?? this.defaults[channel] ?? false}
                @change=${(event: Event) =>
                  this.#flag(channel, event)}>${channelNames[channel]}</wa-checkbox>`,
          )}
        </div>
      </fieldset>
      ${differs ? this.#renderInput("reason", "Reason", "Why it differs from the defaults. It is kept for good: write no phone number or address here.") : nothing}`;
  }

  #flag(channel: Channel, event: Event) {
    const { checked } = event.target as unknown as { checked: boolean };
    const { [channel]: _, ...others } = this.optIn;
    this.optIn = checked === this.defaults[channel] ? others : { ...others, [channel]: checked };
  }

  #write(event: Event) {
    this.values = valuesOf(event.currentTarget as HTMLElement);
  }

  async #save(event: Event) {
    event.preventDefault();
    const values = valuesOf(event.target as HTMLFormElement);
    if (values.reason?.trim() === "") {
      const at = { reason: "Say why: it is part of the proof." };
      return this.complain({ whole: undefined, at });
    }
    await this.attempt(() => this.#keep(values), fields);
  }

  async #keep(values: Record<string, string>) {
    const { profile, rows, optIn } = this;
    const saved = profile
      ? await updateProfile(profile.id, patchOf(profile, { values, rows }))
      : await createProfile(newProfileOf(values, { rows, optIn }));
    this.close();
    this.dispatchEvent(new CustomEvent<Profile>("profile-saved", { detail: saved }));
  }
}

customElements.define("profile-dialog", ProfileDialog);

declare global {
  interface HTMLElementTagNameMap {
    "profile-dialog": ProfileDialog;
  }
}
