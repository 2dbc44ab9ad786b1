// A person's own switches: what <preference-toggles> is on every page, however it came by its data
// and its styles.

import { html, nothing, type PropertyValues } from "lit";
import type { Channel } from "../../server/schemas/channels.ts";
import type { OptIn } from "../../server/schemas/flags.ts";
import type { Preference, Preferences } from "../../server/schemas/preferences.ts";
import type { ApiFailure } from "../api.ts";
import {
  type FailureReason,
  LinkedChangedEvent,
  LinkedFailedEvent,
  LinkedReadyEvent,
  PreferencesForgottenEvent,
} from "../events.ts";
import { fetchCopy, fetchPreferences, forgetMe, setPreferences } from "../linked-api.ts";
import { asFailure, LinkedElement } from "../linked-element.ts";
import { download } from "./download.ts";

type Unsaved = Partial<Record<Channel, { wish: boolean; failure: ApiFailure }>>;
type Busy = "copy" | "forget";

/**
 * Shows the switches of `content` and saves each change at once; fires the events of
 * <preference-toggles>.
 */
export class Toggles extends LinkedElement<Preferences> {
  static override properties = {
    news: {},
    wishes: { state: true },
    unsaved: { state: true },
    busy: { state: true },
    trouble: { state: true },
  };

  /** The name of the text that says what happened last. */
  declare news: string;
  /** What is switched and on its way to the server. */
  declare private wishes: OptIn;
  /** What the server did not take, and why. */
  declare private unsaved: Unsaved;
  declare private busy: Busy | undefined;
  declare private trouble: { at: Busy; failure: ApiFailure } | undefined;

  #saving = false;

  constructor() {
    super();
    this.news = "savedAtOnce";
    this.wishes = {};
    this.unsaved = {};
  }

  protected override willUpdate(changed: PropertyValues<this>) {
    super.willUpdate(changed);
    if (changed.has("token")) this.unsaved = {};
  }

  override render() {
    return this.state === "forgotten"
      ? this.renderEnd("", this.text("forgottenTitle"), this.text("forgotten"))
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

  protected override renderContent({ items, limited }: Preferences) {
    return this.renderCard(html`
      ${this.renderTitle(this.text("title"))}
      <p class="hint">${this.text(items.length > 0 ? "intro" : "none")}</p>
      ${items.length > 0 ? this.#renderSwitches(items) : nothing}
      ${limited ? nothing : this.#renderData()}`);
  }

  #renderSwitches(items: readonly Preference[]) {
    const everything = Object.fromEntries(items.map(({ channel }) => [channel, false]));
    return html`<ul class="rows" part="list"
      role="list">${items.map((item) => this.#renderRow(item))}</ul>
      <div class="foot actions">
        <p class="hint news" part="news" role="status">${this.text(this.news)}</p>
        <button class="second" part="button" type="button" @click=${() => this.set(everything)}>
          ${this.text("optOutOfAll")}
        </button>
      </div>`;
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
          ? html`<div class="error" part="error"><p role="alert"
            id=${wrong}>${this.text("notSaved")} ${this.explain(unsaved.failure)}</p>
              <button class="link" type="button"
                @click=${() => this.#retry(channel)}>${this.text("tryAgain")}</button></div>`
          : nothing
      }
    </li>`;
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

  /** Wishes flags, shows them at once, and saves them. */
  protected set(optIn: OptIn) {
    this.wishes = { ...this.wishes, ...optIn };
    this.unsaved = without(this.unsaved, optIn);
    this.#save();
  }

  /**
   * One call at a time, so that the newest wish for a channel is the last that the server hears.
   */
  async #save() {
    if (this.#saving) return;
    this.#saving = true;
    while (Object.keys(this.wishes).length > 0) {
      const sent = this.wishes;
      this.news = "saving";
      try {
        const saved = await setPreferences(this.link, sent);
        this.content = { ...this.content, ...saved };
        this.news = saved.items.some(({ optedIn }) => optedIn) ? "saved" : "allOff";
        this.dispatchEvent(new LinkedChangedEvent("preferences", sent));
      } catch (error) {
        this.#undo(sent, asFailure(error));
      }
      this.wishes = stillWished(this.wishes, sent);
    }
    this.#saving = false;
  }

  #undo(sent: OptIn, failure: ApiFailure) {
    this.news = "notSaved";
    if (failure.reason === "closed") return this.fail(failure);
    for (const [channel, wish] of Object.entries(sent))
      if (this.wishes[channel as Channel] === wish)
        this.unsaved = { ...this.unsaved, [channel]: { wish, failure } };
    this.tellFailed(failure.reason);
  }

  #retry(channel: Channel) {
    const unsaved = this.unsaved[channel];
    if (unsaved) this.set({ [channel]: unsaved.wish });
    this.renderRoot.querySelector<HTMLElement>(`[value="${channel}"]`)?.focus();
  }

  async #copy() {
    await this.#attempt("copy", async () => {
      download("my-data.json", await fetchCopy(this.link));
      this.news = "copied";
    });
  }

  async #forget() {
    await this.#attempt("forget", async () => {
      await forgetMe(this.link);
      this.state = "forgotten";
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>(".message")?.focus();
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

function without<Values extends object>(values: Values, named: object): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !(name in named))) as Values;
}

/** What was wished anew while the same channel was being saved. */
function stillWished(wishes: OptIn, sent: OptIn): OptIn {
  return Object.fromEntries(
    Object.entries(wishes).filter(([channel, wish]) => sent[channel as Channel] !== wish),
  );
}
