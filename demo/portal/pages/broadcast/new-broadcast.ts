// <page-new-broadcast>: write, choose the audience, see who gets it, send.

import "./broadcasts.css";
import "@awesome.me/webawesome/dist/components/details/details.js";
import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/radio-group/radio-group.js";
import "@awesome.me/webawesome/dist/components/radio/radio.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import type WaTextarea from "@awesome.me/webawesome/dist/components/textarea/textarea.js";
import { Task } from "@lit/task";
import { html } from "lit";
import { createBroadcast, previewBroadcast } from "../../api.ts";
import { debounce } from "../../parts/debounce.ts";
import { PortalElement } from "../../parts/element.ts";
import { type Complaints, focusWrong, noComplaints, valuesOf } from "../../parts/fields.ts";
import { messageOf, notice, whenLoaded } from "../../parts/loading.ts";
import { toast } from "../../parts/toast.ts";
import { navigate } from "../../router.ts";
import { audienceFields } from "./audience-fields.ts";
import { audiencePreview } from "./audience-preview.ts";
import { missingIn, sendingComplaints } from "./complaints.ts";
import { audienceOf, bodyOf, type Draft, forgetDraft, keepDraft, keptDraft } from "./draft.ts";
import { entriesOfColumn, type ListFile, openListFile } from "./list-file.ts";
import { insertAtCaret, type KnownProperties, knownProperties } from "./merge-fields.ts";
import { messageFields, rateField } from "./message-fields.ts";
import { sendQuestion } from "./send-question.ts";

/** @summary Creates a broadcast. */
export class NewBroadcastPage extends PortalElement {
  static override properties = {
    draft: { state: true },
    known: { state: true },
    file: { state: true },
    entries: { state: true },
    trouble: { state: true },
    wrong: { state: true },
    asking: { state: true },
    busy: { state: true },
  };

  declare private draft: Draft;
  declare private known: KnownProperties;
  declare private file: ListFile | undefined;
  /** The values of the chosen column. */
  declare private entries: string[] | undefined;
  /** What is wrong with the file. */
  declare private trouble: string | undefined;
  declare private wrong: Complaints;
  /** Whether the last confirmation is open. */
  declare private asking: boolean;
  declare private busy: boolean;

  /** The field that merge fields go into. */
  #writing = "body";

  #preview = new Task(this, {
    args: () => {
      const { channel, kind, property, equals, valueIs, list, listOf } = this.draft;
      return [channel, kind, property, equals, valueIs, list, listOf, this.entries] as const;
    },
    task: async ([channel], { signal }) => {
      const audience = this.#audience();
      if (!audience) return undefined;
      await debounce(signal);
      return previewBroadcast({ channel, audience }, signal);
    },
  });

  constructor() {
    super();
    this.draft = keptDraft();
    this.known = new Map();
    this.wrong = noComplaints;
    this.asking = false;
    this.busy = false;
  }

  override connectedCallback() {
    super.connectedCallback();
    // If they fail to load, their names can still be typed.
    knownProperties().then(
      (known) => {
        this.known = known;
      },
      () => {},
    );
  }

  override render() {
    return html`
      <p class="small"><a href="/broadcasts">Broadcast</a></p>
      <div class="head"><h1 tabindex="-1">New broadcast</h1></div>
      <div class="beside">
        <form class="card padded broadcast-fields" novalidate @submit=${this.#review}
          @input=${this.#write} @change=${this.#write}
          @focusin=${this.#noteField}>
          ${messageFields({
            ...{ draft: this.draft, known: this.known, wrong: this.wrong },
            onMergeField: (field) => this.#insert(field),
          })}
          <h2>Audience</h2>
          ${this.#renderAudience()}
          <wa-details summary="More: how fast" ?open=${"rate" in this.wrong.at}>
            ${rateField(this.draft, this.wrong)}
          </wa-details>
          ${notice(this.wrong.whole)}
          <div class="actions end">
            <wa-button appearance="plain" @click=${this.#throwAway}>Discard</wa-button>
            <wa-button type="submit" variant="brand" ?loading=${this.busy && !this.asking}>Review
              and send</wa-button>
          </div>
        </form>
        <section class="card padded stack who" aria-labelledby="who">
          <h2 id="who">Who gets it</h2>
          ${whenLoaded(this.#preview, (preview) => audiencePreview(preview, this.draft.channel), 3)}
        </section>
      </div>
      ${sendQuestion({
        ...{ draft: this.draft, preview: this.#preview.value, open: this.asking, busy: this.busy },
        onSend: () => this.#send(),
        onClose: (event) => this.#asked(event),
      })}`;
  }

  #renderAudience() {
    const { draft, known, file, trouble } = this;
    return audienceFields({
      ...{ draft, known, file, trouble },
      onFile: (event) => this.#open(event),
      onColumn: (event) => this.#chooseColumn(event),
      onProperty: (property) => this.#change({ property, ...kindOfValue(known.get(property)) }),
    });
  }

  #audience() {
    return audienceOf(this.draft, this.entries);
  }

  #change(over: Partial<Draft>) {
    this.draft = { ...this.draft, ...over };
    keepDraft(this.draft);
  }

  #write(event: Event) {
    const values = valuesOf(event.currentTarget as HTMLElement) as Partial<Draft>;
    const named = (event.target as HTMLElement).getAttribute("name") === "property";
    this.#change({
      ...values,
      ...(named ? kindOfValue(this.known.get(values.property ?? "")) : {}),
    });
  }

  #noteField(event: Event) {
    const name = (event.target as HTMLElement).getAttribute("name");
    if (name === "title" || name === "body") this.#writing = name;
  }

  #insert(field: string) {
    const place = this.draft.channel === "email" ? this.#writing : "body";
    const control = this.querySelector<WaTextarea>(`[name=${place}]`);
    if (control) insertAtCaret(control, field);
  }

  async #open(event: Event) {
    const [file] = (event.target as HTMLInputElement).files ?? [];
    this.file = undefined;
    this.entries = undefined;
    this.trouble = undefined;
    if (!file) return;
    try {
      this.file = await openListFile(file);
      this.#change({ listOf: this.file.listOf });
      this.entries = await entriesOfColumn(this.file);
    } catch (error) {
      this.trouble = messageOf(error);
    }
  }

  async #chooseColumn(event: Event) {
    if (!this.file) return;
    const column = this.file.columns[Number((event.target as unknown as { value: string }).value)];
    this.file = { ...this.file, column: column ?? this.file.column };
    this.entries = await entriesOfColumn(this.file);
  }

  async #review(event: Event) {
    event.preventDefault();
    if (this.busy) return;
    this.wrong = missingIn(this.draft, this.#audience() !== undefined);
    if (this.wrong === noComplaints) {
      this.busy = true;
      // The confirmation shows the current number.
      await this.#preview.run();
      this.busy = false;
      const count = this.#preview.value?.willGet.count;
      this.asking = this.#preview.error === undefined && count !== undefined && count > 0;
      if (count === 0)
        this.wrong = {
          whole: "Nobody in this audience would get it, so there is nothing to send.",
          at: {},
        };
    }
    await this.updateComplete;
    focusWrong(this);
  }

  async #send() {
    const audience = this.#audience();
    if (this.busy || !audience) return;
    this.busy = true;
    try {
      const { id } = await createBroadcast(bodyOf(this.draft, audience), this.draft.key);
      forgetDraft();
      navigate(`/broadcasts/${id}`, { replace: true });
      toast("The broadcast is being sent.");
    } catch (error) {
      this.asking = false;
      this.wrong = sendingComplaints(error);
      await this.updateComplete;
      focusWrong(this);
    } finally {
      this.busy = false;
    }
  }

  #throwAway() {
    const { draft } = this;
    forgetDraft();
    navigate("/broadcasts");
    if (draft.name === "" && draft.body === "") return;
    toast("The draft was discarded.", {
      undo: async () => {
        keepDraft(draft);
        navigate("/broadcasts/new");
      },
    });
  }

  #asked(event: Event) {
    if (event.target === event.currentTarget) this.asking = false;
  }
}

function kindOfValue(value: unknown): Partial<Draft> {
  if (typeof value === "number") return { valueIs: "number" };
  if (typeof value === "boolean") return { valueIs: "boolean" };
  return typeof value === "string" ? { valueIs: "text" } : {};
}

customElements.define("page-new-broadcast", NewBroadcastPage);
