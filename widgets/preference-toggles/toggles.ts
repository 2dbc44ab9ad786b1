// A person's own switches: the part of <preference-toggles> that does not depend on where its data
// and styles come from.

import { html, nothing } from "lit";
import type { Channel } from "../../server/schemas/channels.ts";
import type { Preference, Preferences } from "../../server/schemas/preferences.ts";
import type { ApiFailure } from "../api.ts";
import { download } from "../download.ts";
import {
  type FailureReason,
  LinkedFailedEvent,
  LinkedReadyEvent,
  PreferencesForgottenEvent,
} from "../events.ts";
import { fetchCopy, fetchPreferences, forgetMe } from "../linked-api.ts";
import { asFailure } from "../linked-element.ts";
import { SavingElement } from "./saving-element.ts";

type Busy = "copy" | "forget";

/**
 * Shows the switches of `content` and saves each change at once; fires the events of
 * <preference-toggles>.
 */
export class Toggles extends SavingElement {
  static override properties = {
    busy: { state: true },
    trouble: { state: true },
  };

  declare private busy: Busy | undefined;
  declare private trouble: { at: Busy; failure: ApiFailure } | undefined;

  override render() {
    if (this.state === "forgotten")
      return this.renderEnd("", this.text("forgottenTitle"), this.text("forgotten"));
    return this.state === "stopped"
      ? this.renderEnd("", this.text("stoppedTitle"), this.text("stoppedText"))
      : super.render();
  }

  protected override fetchContent() {
    return this.token ? fetchPreferences(this.link) : undefined;
  }

  protected override tellReady() {
    this.dispatchEvent(new LinkedReadyEvent("preferences"));
  }

  protected override tellFailed(reason: FailureReason) {
    this.dispatchEvent(new LinkedFailedEvent("preferences", reason));
  }

  protected override renderContent({ items, limited, stop }: Preferences) {
    if (stop) return this.#renderStop(stop);
    return this.renderCard(html`
      ${this.renderTitle(this.text("title"))}
      <p class="hint">${this.text(items.length > 0 ? "intro" : "none")}</p>
      ${items.length > 0 ? this.#renderSwitches(items) : nothing}
      ${limited ? nothing : this.#renderData()}`);
  }

  /** If the person's profile is gone: one button, and nothing about anybody. */
  #renderStop(channels: readonly Channel[]) {
    const [unsaved] = Object.values(this.unsaved);
    return this.renderCard(html`
      ${this.renderTitle(this.text("title"))}
      <p class="hint">${this.text("stopText")}</p>
      ${
        unsaved
          ? html`<div class="error" part="error">${this.#renderUnsaved(unsaved.failure)}</div>`
          : nothing
      }
      <div class="actions">${this.#renderOptOut(channels)}</div>`);
  }

  #renderSwitches(items: readonly Preference[]) {
    return html`<ul class="rows" part="list"
      role="list">${items.map((item) => this.#renderRow(item))}</ul>
      <div class="foot actions">
        <p class="hint news" part="news" role="status">${this.text(this.news)}</p>
        ${this.#renderOptOut(items.map(({ channel }) => channel))}
      </div>`;
  }

  #renderOptOut(channels: readonly Channel[]) {
    const everything = Object.fromEntries(channels.map((channel) => [channel, false]));
    return html`<button class="second" part="button" type="button"
      @click=${() => this.set(everything)}>${this.text("optOutOfAll")}</button>`;
  }

  #renderRow({ channel, address, optedIn, since, source, changeable, why }: Preference) {
    const wish = this.wishes[channel];
    const unsaved = this.unsaved[channel];
    const [means, recorded, wrong] = [
      `${channel}-means`,
      `${channel}-recorded`,
      `${channel}-wrong`,
    ];
    const record = `${this.text(optedIn ? "on" : "off", { date: this.day(since) })} · ${this.text(`by_${source}`)}`;
    return html`<li part="row">
      <label part="label">
        <span class="name">${this.text(channel)}</span>
        <bdi class="address" part="address"
          dir="ltr">${channel === "appMessaging" ? "" : address}</bdi>
        <input class="switch" part="switch" type="checkbox" role="switch" name="optIn"
          value=${channel}
          .checked=${wish ?? optedIn} ?disabled=${!changeable}
          aria-describedby="${means} ${recorded} ${unsaved ? wrong : ""}"
          @change=${(event: Event) =>
            this.set({ [channel]: (event.target as HTMLInputElement).checked })}>
      </label>
      <p class="small" id=${means}>${this.text(why ? `locked_${why}` : `means_${channel}`)}</p>
      <p class="hint" id=${recorded}
        title=${this.day(since, "exact")}>${wish === undefined ? record : this.text("saving")}</p>
      ${
        unsaved
          ? html`<div class="error" part="error">${this.#renderUnsaved(unsaved.failure, wrong)}
              <button class="link" type="button"
                @click=${() => this.retry(channel)}>${this.text("tryAgain")}</button></div>`
          : nothing
      }
    </li>`;
  }

  #renderUnsaved(failure: ApiFailure, id = "wrong") {
    return html`<p role="alert" id=${id}>${this.text("notSaved")} ${this.explain(failure)}</p>`;
  }

  #renderData() {
    return html`<div class="foot">
      <h3 aria-level=${this.level + 1}>${this.text("data")}</h3>
      <div class="actions">
        <button class="second" part="button" type="button"
          aria-disabled=${this.busy === "copy" ? "true" : nothing}
          @click=${this.#copy}>${this.text("copy")}</button>
        <details>
          <summary part="button">${this.text("forget")}</summary>
          <p class="small">${this.text("forgetWhat")}</p>
          ${this.#renderTrouble("forget")}
          <div class="actions">
            <button class="second danger" part="button" type="button"
              aria-disabled=${this.busy === "forget" ? "true" : nothing}
              @click=${this.#forget}>${this.text("forgetSure")}</button>
            <button class="second" part="button" type="button"
              @click=${closeDetails}>${this.text("keep")}</button>
          </div>
        </details>
      </div>
      ${this.#renderTrouble("copy")}
    </div>`;
  }

  #renderTrouble(at: Busy) {
    return this.trouble?.at === at
      ? html`<p class="error" part="error" role="alert">${this.explain(this.trouble.failure)}</p>`
      : nothing;
  }

  async #copy() {
    await this.#attempt("copy", async () => {
      const copy = JSON.stringify(await fetchCopy(this.link), null, 2);
      download("my-data.json", new Blob([copy], { type: "application/json" }));
      this.news = "copied";
    });
  }

  async #forget() {
    await this.#attempt("forget", async () => {
      await forgetMe(this.link);
      await this.end("forgotten");
      this.dispatchEvent(new PreferencesForgottenEvent());
    });
  }

  async #attempt(what: Busy, work: () => Promise<void>) {
    if (this.busy) return;
    this.busy = what;
    this.trouble = undefined;
    try {
      await work();
    } catch (error) {
      const failure = asFailure(error);
      if (failure.reason === "closed") return this.fail(failure);
      this.trouble = { at: what, failure };
      this.tellFailed(failure.reason);
    } finally {
      this.busy = undefined;
    }
  }
}

function closeDetails(event: Event) {
  const details = (event.target as Element).closest("details");
  details?.removeAttribute("open");
  details?.querySelector("summary")?.focus();
}
