// <page-import>: choose a file, match its columns, see what would change, import.

import "./import.css";
import "./columns.ts";
import "./file-choice.ts";
import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/progress-bar/progress-bar.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import { html, nothing, type PropertyValues } from "lit";
import { download } from "../../../../../widgets/download.ts";
import { PortalElement } from "../../../parts/element.ts";
import { messageOf, notice } from "../../../parts/loading.ts";
import { countries, ownCountry } from "./countries.ts";
import { type OpenedFile, openFile } from "./file.ts";
import { type Column, faultOf, guessColumns } from "./mapping.ts";
import { renderOutcome } from "./outcome.ts";
import { type Progress, runImport } from "./run.ts";

type Phase = "choose" | "map" | "checking" | "checked" | "importing" | "done";

const headings: Readonly<Record<Phase, string>> = {
  choose: "Choose a file",
  map: "Match the columns",
  checking: "Checking",
  checked: "What would change",
  importing: "Importing",
  done: "Imported",
};

/** @summary Imports people from a CSV file. */
export class ImportPage extends PortalElement {
  static override properties = {
    phase: { state: true },
    opened: { state: true },
    columns: { state: true },
    country: { state: true },
    reason: { state: true },
    progress: { state: true },
    wrong: { state: true },
  };

  declare private phase: Phase;
  declare private opened: OpenedFile | undefined;
  declare private columns: Column[];
  declare private country: string;
  declare private reason: string;
  declare private progress: Progress | undefined;
  declare private wrong: string | undefined;

  #running: AbortController | undefined;
  #cancelled = false;

  constructor() {
    super();
    this.phase = "choose";
    this.columns = [];
    this.country = ownCountry();
    this.reason = "";
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.#running?.abort();
  }

  protected override updated(changed: PropertyValues) {
    const before = changed.get("phase") as Phase | undefined;
    // Moves the focus to the heading of the step, except on the first visit of the page.
    if (before !== undefined) this.querySelector<HTMLElement>("#step")?.focus();
  }

  override render() {
    return html`<p class="small"><a href="/profiles">Profiles</a></p>
      <div class="head">
        <div>
          <h1 tabindex="-1">Import profiles</h1>
          <p class="quiet">From a CSV file. Nobody who has opted out is opted in, and importing the
            same file again changes nothing.</p>
        </div>
      </div>
      <section class="card padded import" aria-labelledby="step">
        <h2 id="step" tabindex="-1">${
          this.#cancelled && this.phase === "done" ? "Import cancelled" : headings[this.phase]
        }</h2>
        ${this.#renderPhase()}
      </section>`;
  }

  #renderPhase() {
    if (this.phase === "choose") return this.#renderChoice();
    if (this.phase === "map") return this.#renderMapping();
    if (this.phase === "checking" || this.phase === "importing") return this.#renderProgress();
    return this.#renderEnd();
  }

  #renderChoice() {
    return html`<file-choice @file-chosen=${this.#open}></file-choice>
      ${notice(this.wrong)}`;
  }

  #renderMapping() {
    const { opened } = this;
    if (!opened) return nothing;
    const fault = faultOf(this.columns);
    return html`<p class="quiet file">${opened.file.name} · ${sizeOf(opened.file)}</p>
      <import-columns .columns=${this.columns} .lines=${opened.first}
        @columns-changed=${this.#mapped}></import-columns>
      <div class="pair">
        <wa-select name="country" label="Country" with-clear .value=${this.country}
          placeholder="None: every number has its country code"
          hint="Where phone numbers without a country code are from." @change=${this.#setCountry}>
          ${countries().map(({ code, name }) => html`<wa-option value=${code}>${name}</wa-option>`)}
        </wa-select>
        <wa-input name="reason" label="Reason (optional)" maxlength="500" .value=${this.reason}
          @input=${this.#setReason}
          hint="Where these people come from. Part of the proof of each opt-in and opt-out."></wa-input>
      </div>
      ${notice(this.wrong ?? fault)}
      <div class="actions end">
        <wa-button appearance="plain" @click=${this.#startOver}>Choose another file</wa-button>
        <wa-button variant="brand" ?disabled=${fault !== undefined}
          @click=${() => this.#run(true)}>Check</wa-button>
      </div>`;
  }

  #renderProgress() {
    const { read = 0, lines = 0 } = this.progress ?? {};
    const doing = this.phase === "checking" ? "checked" : "imported";
    return html`<wa-progress-bar label="Progress" value=${Math.floor(read * 100)}></wa-progress-bar>
      <div class="selection-line">
        <p class="quiet digits" role="status">${lines.toLocaleString()} lines ${doing}</p>
        <wa-button appearance="outlined" @click=${this.#cancel}>Cancel</wa-button>
      </div>`;
  }

  #renderEnd() {
    const { progress } = this;
    if (!progress) return nothing;
    const dry = this.phase === "checked";
    const people = progress.counts.created + progress.counts.updated;
    return html`${renderOutcome(progress, dry)}
      ${notice(this.wrong)}
      <div class="actions end">
        ${
          dry
            ? html`<wa-button appearance="plain" @click=${this.#back}>Back</wa-button>
              <wa-button appearance="outlined" @click=${this.#download}>Download report</wa-button>
              <wa-button variant="brand" ?disabled=${people === 0}
                @click=${() => this.#run(false)}>${
                  people === 0
                    ? "Nothing to import"
                    : `Import ${people.toLocaleString()} ${people === 1 ? "person" : "people"}`
                }</wa-button>`
            : html`<wa-button appearance="plain" @click=${this.#startOver}>Import another
              file</wa-button>
              <wa-button appearance="outlined" @click=${this.#download}>Download report</wa-button>
              <wa-button variant="brand" href="/profiles">Show profiles</wa-button>`
        }
      </div>`;
  }

  async #open({ detail }: CustomEvent<File>) {
    this.wrong = undefined;
    try {
      this.opened = await openFile(detail);
      this.columns = guessColumns(this.opened.names);
      this.phase = "map";
    } catch (error) {
      this.wrong = messageOf(error);
    }
  }

  #mapped({ detail }: CustomEvent<Column[]>) {
    this.columns = detail;
    this.wrong = undefined;
  }

  #setCountry(event: Event) {
    this.country = (event.target as unknown as { value: string | null }).value ?? "";
  }

  #setReason(event: Event) {
    this.reason = (event.target as unknown as { value: string | null }).value ?? "";
  }

  async #run(dryRun: boolean) {
    const { opened, columns, country } = this;
    if (!opened) return;
    const running = new AbortController();
    this.#running = running;
    this.#cancelled = false;
    this.wrong = undefined;
    this.progress = undefined;
    this.phase = dryRun ? "checking" : "importing";
    const plan = { opened, columns, country, reason: this.reason.trim(), dryRun };
    try {
      this.progress = await runImport(plan, {
        signal: running.signal,
        onProgress: (progress) => {
          this.progress = progress;
        },
      });
    } catch (error) {
      this.wrong = messageOf(error);
    }
    if (!this.isConnected) return;
    this.#cancelled = running.signal.aborted || this.wrong !== undefined;
    // Reports what was imported so far; a check that was cancelled reports nothing.
    if (dryRun) this.phase = this.#cancelled ? "map" : "checked";
    else this.phase = "done";
  }

  #cancel() {
    this.#running?.abort();
  }

  #back() {
    this.phase = "map";
  }

  #startOver() {
    this.opened = undefined;
    this.progress = undefined;
    this.wrong = undefined;
    this.phase = "choose";
  }

  #download() {
    const name = this.phase === "checked" ? "import-check.csv" : "import-report.csv";
    download(name, new Blob(this.progress?.report ?? [], { type: "text/csv" }));
  }
}

function sizeOf({ size }: File): string {
  if (size < 1_000_000) return `${Math.ceil(size / 1000).toLocaleString()} kB`;
  return `${(size / 1_000_000).toLocaleString(undefined, { maximumFractionDigits: 1 })} MB`;
}

customElements.define("page-import", ImportPage);
