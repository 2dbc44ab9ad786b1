// What <preference-toggles> and <profile-flag-editor> share: data that brings its own texts, and
// what is shown until it arrives.

import {
  html,
  LitElement,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import { ApiFailure } from "./api.ts";
import type { FailureReason } from "./events.ts";
import { firstWords } from "./first-texts.ts";
import type { Link } from "./linked-api.ts";

/** What every link's data has: its language, and the texts in it. */
export type Spoken = { language?: string; texts?: Readonly<Record<string, string>> };

export type LinkedState = "loading" | "ready" | "failed" | "closed" | "forgotten" | "stopped";

const textFor: Readonly<Record<FailureReason, string>> = {
  offline: "offline",
  unreachable: "unreachable",
  unavailable: "unavailable",
  rate_limited: "waitSoon",
  origin_not_allowed: "unavailable",
  closed: "unknownText",
  invalid: "unavailable",
};

/** Loads a link's data and reports the outcome; a widget renders it. */
export abstract class LinkedElement<Content extends Spoken> extends LitElement {
  static override properties: PropertyDeclarations = {
    token: {},
    api: {},
    content: { type: Object },
    state: { reflect: true },
    failure: { state: true },
  };

  /** The token of the person's link. */
  declare token: string;
  /** The base address of the API. */
  declare api: string;
  /** The API's answer for the link; if the page sets it, nothing is fetched. */
  declare content: Content | undefined;
  /** The state of the widget; reflected, so that a page may style by it. Read only. */
  declare state: LinkedState;
  /** Why loading failed. */
  declare protected failure: ApiFailure | undefined;

  /** The heading level of the title on the page. */
  protected level = 2;
  #loads = 0;

  constructor() {
    super();
    this.token = "";
    this.api = "";
    this.state = "loading";
  }

  protected abstract fetchContent(): Promise<Content> | undefined;
  protected abstract renderContent(content: Content): unknown;
  protected abstract tellReady(): void;
  protected abstract tellFailed(reason: FailureReason): void;

  protected override willUpdate(changed: PropertyValues<this>) {
    if (!changed.has("content") || !this.content) {
      if (changed.has("token") || changed.has("api")) this.load();
    } else if (this.state !== "ready") {
      this.#loads++;
      this.state = "ready";
      this.updateComplete.then(() => this.tellReady());
    }
  }

  /** Fetches the link's data; never throws. */
  async load() {
    const load = ++this.#loads;
    this.failure = undefined;
    try {
      const coming = this.fetchContent();
      if (!coming) return;
      this.state = "loading";
      const content = await coming;
      if (load === this.#loads) this.content = content;
    } catch (error) {
      if (load === this.#loads) this.fail(asFailure(error));
    }
  }

  override render(): unknown {
    if (this.state === "closed") return this.#renderClosed();
    if (this.state === "failed") return this.#renderRetry();
    return this.state === "ready" && this.content
      ? this.renderContent(this.content)
      : this.#renderSkeleton();
  }

  /** Shows that loading failed, or that the link no longer works. */
  protected fail(failure: ApiFailure) {
    this.failure = failure;
    this.state = failure.reason === "closed" ? "closed" : "failed";
    this.updateComplete.then(() => this.tellFailed(failure.reason));
  }

  /** Shows the last message, and focuses it. */
  protected async end(state: LinkedState) {
    this.state = state;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(".message")?.focus();
  }

  protected get link(): Link {
    return { api: this.api, token: this.token, language: this.language };
  }

  /** The language to ask for: the page's, else the browser's. */
  protected get language(): string {
    return this.closest<HTMLElement>("[lang]:not([lang=''])")?.lang || navigator.language;
  }

  /** Until the data brings the texts of its language. */
  get #first() {
    return firstWords([this.language, ...navigator.languages]);
  }

  /** A text in the language of the data, with `values` filled in. */
  protected text(name: string, values: Readonly<Record<string, string>> = {}): string {
    const text = this.content?.texts?.[name] ?? this.#first.texts[name] ?? name;
    return text.replace(/\{\{(\w+)\}\}/g, (whole, value: string) => values[value] ?? whole);
  }

  /**
   * A moment as a day, in the language of the data, or else the reader's; `exact` adds the time.
   */
  protected day(moment: string, exact?: "exact"): string {
    const style = exact
      ? ({ dateStyle: "full", timeStyle: "long" } as const)
      : ({ dateStyle: "medium" } as const);
    return new Intl.DateTimeFormat(this.content?.language, style).format(new Date(moment));
  }

  /** A failure in words that a person can read. */
  protected explain({ reason, detail }: ApiFailure): string {
    const own = this.content?.texts?.[textFor[reason]];
    return own ?? detail ?? this.text(textFor[reason]);
  }

  /** The box around everything, in the language and the direction of its texts. */
  protected renderCard(inside: unknown): TemplateResult {
    const language = this.content?.language ?? this.#first.language;
    return html`<div class="card" part="card" lang=${language}
      dir=${language === "ar" ? "rtl" : "ltr"}>
      <slot name="heading"></slot>${inside}
    </div>`;
  }

  /** The title of the card; the iframe page has no other. */
  protected renderTitle(title: string): TemplateResult {
    return html`<h2 part="title" aria-level=${this.level}>${title}</h2>`;
  }

  /** Shown when there is nothing more to do. */
  protected renderEnd(kind: string, title: string, what: string): TemplateResult {
    return this.renderCard(
      html`${title && this.renderTitle(title)}
        <p class=${`message ${kind}`} part="message" role="status" tabindex="-1">${what}</p>`,
    );
  }

  /**
   * A link that never worked has brought no texts: the answer itself explains it in the reader's
   * language.
   */
  #renderClosed() {
    const title = this.content?.texts?.unknownTitle ?? "";
    return this.renderEnd("closed", title, this.failure ? this.explain(this.failure) : "");
  }

  #renderSkeleton() {
    return html`<div class="card" part="card" role="status" aria-busy="true"
      aria-label=${this.text("loading")}>
      <div class="bone short"></div>
      ${[1, 2, 3].map(() => html`<div class="bone tall"></div>`)}
    </div>`;
  }

  #renderRetry() {
    return this.renderCard(
      html`<p class="error" part="error"
        role="alert">${this.failure && this.explain(this.failure)}</p>
        <button part="button" type="button" @click=${this.load}>${this.text("tryAgain")}</button>`,
    );
  }
}

/** Anything thrown, as a failure. */
export function asFailure(error: unknown): ApiFailure {
  return error instanceof ApiFailure ? error : new ApiFailure("unavailable");
}
