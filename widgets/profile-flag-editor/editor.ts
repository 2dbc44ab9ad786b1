// One person's flags for staff: the part of <profile-flag-editor> that does not depend on where its
// data and styles come from.

import { html, nothing, type PropertyValues } from "lit";
import type { Channel } from "../../server/schemas/channels.ts";
import type { Flag, OptIn } from "../../server/schemas/flags.ts";
import type { EditedFlags } from "../../server/schemas/preferences.ts";
import { ApiFailure } from "../api.ts";
import {
  type FailureReason,
  LinkedChangedEvent,
  LinkedFailedEvent,
  LinkedReadyEvent,
} from "../events.ts";
import { fetchFlags, setFlags } from "../linked-api.ts";
import { asFailure, LinkedElement, type Spoken } from "../linked-element.ts";

/** A flag, and whether it may be changed here; if the page does not say, a change may be tried. */
export type EditableFlag = Flag & Partial<Pick<EditedFlags["items"][number], "changeable" | "why">>;

/** What the editor shows; in English if it has no texts. */
export type EditableFlags = Spoken & { items: readonly EditableFlag[] };

/** How a page provides and saves the flags itself; an error of either is shown with its message. */
export type FlagProvider = {
  load(): Promise<EditableFlags>;
  save(optIn: OptIn, reason: string): Promise<EditableFlags>;
  /** The address of what set a flag, such as its form. */
  linkOf?(flag: Flag): string | undefined;
};

/**
 * Shows each flag of `content` and its reason, and changes it for a reason; fires the events of
 * <profile-flag-editor>.
 */
export class Editor extends LinkedElement<EditableFlags> {
  static override properties = {
    flags: { attribute: false },
    asked: { state: true },
    wrong: { state: true },
    busy: { state: true },
    news: {},
  };

  /** Provides the flags on a page without a token for them. */
  declare flags: FlagProvider | undefined;
  /** The name of the text that says what happened last. */
  declare news: string;
  /** The channel whose change waits for a reason. */
  declare private asked: Channel | undefined;
  declare private wrong: string;
  declare private busy: boolean;

  constructor() {
    super();
    this.news = "";
    this.wrong = "";
    this.busy = false;
  }

  protected override willUpdate(changed: PropertyValues<this>) {
    super.willUpdate(changed);
    if (changed.has("flags") && !changed.has("api")) this.load();
  }

  protected override fetchContent() {
    if (this.flags) return provided(this.flags.load());
    return this.token ? fetchFlags(this.link) : undefined;
  }

  protected override tellReady() {
    this.dispatchEvent(new LinkedReadyEvent("flags"));
  }

  protected override tellFailed(reason: FailureReason) {
    this.dispatchEvent(new LinkedFailedEvent("flags", reason));
  }

  protected override explain(failure: ApiFailure) {
    return (this.flags && failure.detail) || super.explain(failure);
  }

  protected override renderContent({ items }: EditableFlags) {
    return this.renderCard(html`
      ${this.renderTitle(this.text("title"))}
      <ul class="rows" part="list" role="list">${items.map((flag) => this.#renderFlag(flag))}</ul>
      <p class="hint news" part="news" role="status">${this.news && this.text(this.news)}</p>`);
  }

  #renderFlag(flag: EditableFlag) {
    const { channel, optedIn, asked, since, changeable = true, why } = flag;
    const name = `${channel}-name`;
    const state = optedIn ? "optedIn" : asked ? "optedOut" : "neverAsked";
    return html`<li class="flag" part="row">
      <div>
        <p class="head"><span class="name" id=${name}>${this.text(channel)}</span><span
          class="state ${optedIn ? "in" : ""}"
          part="state">${this.text(state)}</span></p>
        <p class="hint" title=${this.day(since, "exact")}>${this.#because(flag)}</p>
        ${changeable ? nothing : html`<p class="hint">${this.text(`locked_${why}`)}</p>`}
      </div>
      ${
        this.asked === channel
          ? this.#renderQuestion(flag)
          : html`<button class="second" part="button" type="button" aria-describedby=${name}
            ?hidden=${!changeable}
              @click=${() => this.#ask(channel)}>${this.text(
                optedIn ? "optOut" : "optIn",
              )}</button>`
      }
    </li>`;
  }

  /** Why a flag is as it is: its source, its date, and what exactly set it. */
  #because(flag: EditableFlag) {
    const { source, since, actor } = flag;
    const href = this.flags?.linkOf?.(flag);
    const behind =
      typeof actor.form === "string"
        ? this.text(actor.wording ? "formWording" : "form", {
            id: actor.form,
            wording: `${actor.wording}`,
          })
        : actor.rule === undefined
          ? ""
          : this.text("rule", { id: `${actor.rule}` });
    return html`${this.text(`by_${source}`)} ${this.text("since", { date: this.day(since) })}${
      behind ? html` · ${href ? html`<a href=${href}>${behind}</a>` : behind}` : nothing
    }`;
  }

  #renderQuestion({ channel, optedIn }: EditableFlag) {
    return html`<form class="change ask" part="question" novalidate @submit=${this.#set}
      @keydown=${this.#escape}>
      <p class="small">${this.text(optedIn ? "optOutWhat" : "optInWhat")}</p>
      <div class="field">
        <label part="label" for="reason">${this.text("reason")}</label>
        <input part="input" id="reason" name="reason" maxlength="500" autocomplete="off" required
          aria-invalid=${this.wrong ? "true" : nothing}
          aria-describedby=${this.wrong ? "wrong" : "hint"}>
        ${
          this.wrong
            ? html`<p class="error" part="error" id="wrong" role="alert">${this.wrong}</p>`
            : html`<p class="hint" part="hint" id="hint">${this.text("reasonHint")}</p>`
        }
      </div>
      <div class="actions">
        <button part="button" type="submit" aria-describedby="${channel}-name"
          aria-disabled=${this.busy ? "true" : nothing}>
          ${this.text(this.busy ? "saving" : optedIn ? "optOut" : "optIn")}
        </button>
        <button class="second" part="button" type="button"
          @click=${this.#cancel}>${this.text("cancel")}</button>
      </div>
    </form>`;
  }

  async #ask(channel: Channel) {
    this.asked = channel;
    this.wrong = "";
    this.news = "";
    await this.updateComplete;
    this.#reason?.focus();
  }

  #escape(event: KeyboardEvent) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.#cancel();
  }

  async #cancel() {
    const { asked } = this;
    this.asked = undefined;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`[aria-describedby="${asked}-name"]`)?.focus();
  }

  async #set(event: Event) {
    event.preventDefault();
    const { asked, content } = this;
    if (this.busy || !asked || !content) return;
    const reason = this.#reason?.value.trim() ?? "";
    if (!reason) return this.#complain(this.text("reasonMissing"));
    const optedIn = content.items.some((flag) => flag.channel === asked && flag.optedIn);
    this.busy = true;
    try {
      await this.#save({ [asked]: !optedIn }, reason);
    } catch (error) {
      const failure = asFailure(error);
      if (failure.reason === "closed") return this.fail(failure);
      this.#complain(`${this.text("notSaved")} ${this.explain(failure)}`);
      this.tellFailed(failure.reason);
    } finally {
      this.busy = false;
    }
  }

  async #save(optIn: OptIn, reason: string) {
    const saved = await (this.flags
      ? provided(this.flags.save(optIn, reason))
      : setFlags(this.link, optIn, reason));
    this.content = { ...this.content, ...saved };
    this.news = "saved";
    await this.#cancel();
    this.dispatchEvent(new LinkedChangedEvent("flags", optIn));
  }

  async #complain(wrong: string) {
    this.wrong = wrong;
    await this.updateComplete;
    this.#reason?.focus();
  }

  get #reason() {
    return this.renderRoot.querySelector<HTMLInputElement>("#reason");
  }
}

/** An error of the page's own provider, with its message. */
async function provided<Value>(coming: Promise<Value>): Promise<Value> {
  try {
    return await coming;
  } catch (error) {
    throw new ApiFailure("unavailable", error instanceof Error ? error.message : undefined);
  }
}
