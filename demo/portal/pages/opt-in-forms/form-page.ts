// <page-form>: one form: its code, its look, and all its wordings.

import "@awesome.me/webawesome/dist/components/details/details.js";
import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import "./form-code.ts";
import "./form-preview.ts";
import { Task } from "@lit/task";
import { html, nothing } from "lit";
import type { FormWithWordings, Wording } from "../../../../server/schemas/forms.ts";
import { deleteForm, readForm, replaceForm } from "../../api.ts";
import { channelNames } from "../../channels.ts";
import { PortalElement } from "../../parts/element.ts";
import { whenLoaded } from "../../parts/loading.ts";
import { time } from "../../parts/time.ts";
import { attempt, toast } from "../../parts/toast.ts";
import { navigate } from "../../router.ts";
import { draftOf, languageNames } from "./draft.ts";
import { riskOf, servedBy } from "./form-countries.ts";
import { formStatus } from "./form-list.ts";

/** @summary One form. */
export class FormPage extends PortalElement {
  static override properties = { form: {}, asking: { state: true } };

  /** The id of the form. */
  declare form: string;
  /** Whether the dialog about deleting is open. */
  declare private asking: boolean;

  #form = new Task(this, { task: ([id]) => readForm(id), args: () => [this.form] as const });

  constructor() {
    super();
    this.asking = false;
  }

  override render() {
    return html`<p class="small"><a href="/forms">Opt-in forms</a></p>
      ${whenLoaded(this.#form, (form) => this.#renderForm(form), 6)}`;
  }

  #renderForm(form: FormWithWordings) {
    const { deletedAt } = form;
    const served = deletedAt === null ? servedBy(form) : undefined;
    return html`<div class="head">
        <div>
          <h1 tabindex="-1">${form.description}</h1>
          <p class="quiet">${channelNames[form.channel]} · ${form.submissions.toLocaleString()}
            ${form.submissions === 1 ? "submission" : "submissions"} ${formStatus(form)}</p>
          ${served ? html`<p class="quiet small">Codes go to numbers of ${served}.</p>` : nothing}
        </div>
        ${deletedAt === null ? this.#renderActions(form) : nothing}
      </div>
      ${deletedAt === null ? renderUse(form) : renderDeleted(deletedAt)}
      <section class="part wordings" aria-labelledby="wordings">
        <h2 id="wordings">Wordings</h2>
        <p class="quiet">Each opt-in names the wording that the person saw. Wordings never
          change.</p>
        <ol class="rows card">${form.wordings.map((wording) =>
          renderWording(wording, deletedAt === null ? form.wording : undefined),
        )}</ol>
      </section>
      ${deletedAt === null ? this.#renderQuestion(form) : nothing}`;
  }

  #renderActions(form: FormWithWordings) {
    return html`<div class="actions">
          <wa-button appearance="plain" @click=${this.#ask}>Delete</wa-button>
          <wa-button appearance="plain"
            @click=${() => this.#pause(form)}>${form.active ? "Pause" : "Resume"}</wa-button>
          <wa-button appearance="outlined" href="/forms/${form.id}/edit">Edit</wa-button>
          <wa-button variant="brand" href="/site/?form=${form.id}"
            target="_blank">Try it</wa-button>
        </div>`;
  }

  #renderQuestion(form: FormWithWordings) {
    return html`<wa-dialog label="Delete this form?" ?open=${this.asking}
        @wa-after-hide=${this.#asked}>
        <p>It takes no more submissions, wherever its code is. Opt-ins that people gave through it
          stay, with their proof. A deleted form cannot be restored: to stop it for a while, pause
          it.</p>
        <div slot="footer" class="actions">
          <wa-button appearance="plain" @click=${this.#asked}>Keep it</wa-button>
          <wa-button variant="danger" @click=${() => this.#delete(form)}>Delete form</wa-button>
        </div>
      </wa-dialog>`;
  }

  #pause(form: FormWithWordings) {
    attempt(async () => {
      const body = draftOf(form);
      await replaceForm(form.id, { ...body, active: !form.active });
      await this.#form.run();
      toast(
        form.active
          ? "Paused: visitors see that the form is closed."
          : "The form takes submissions again.",
        {
          undo: async () => {
            await replaceForm(form.id, body);
            await this.#form.run();
          },
        },
      );
    });
  }

  #delete({ id, description }: FormWithWordings) {
    attempt(async () => {
      await deleteForm(id);
      navigate("/forms", { replace: true });
      toast(`The form ${description} was deleted.`);
    });
  }

  #ask() {
    this.asking = true;
  }

  #asked(event: Event) {
    if (event.target === event.currentTarget) this.asking = false;
  }
}

/** The code to paste, how the form looks, and what is risky about it. */
function renderUse(form: FormWithWordings) {
  const risk = riskOf(form);
  return html`${risk ? html`<p class="law small" role="status">${risk}</p>` : nothing}
  <div class="halves">
    <form-code form=${form.id}></form-code>
    <section class="preview" aria-labelledby="preview">
      <h2 id="preview">Preview</h2>
      <form-preview .draft=${draftOf(form)}></form-preview>
    </section>
  </div>`;
}

function renderDeleted(deletedAt: string) {
  return html`<p>Deleted ${time(deletedAt)}. It takes no more submissions, wherever its code is. Its
    wordings stay here, as proof of the opt-ins that name them.</p>`;
}

function renderWording(
  { number, createdAt, confirmationMessage, buttonText, businessName, confirm, language }: Wording,
  current: number | undefined,
) {
  return html`<li>
    <p class="small quiet">
      Wording ${number} · since ${time(createdAt)}
        ${number === current ? html`<span class="badge good">Shown now</span>` : nothing}
    </p>
    ${businessName ? html`<p class="user-text"><strong>${businessName}</strong></p>` : nothing}
    <p class="user-text">${confirmationMessage}</p>
    <p>
      <span class="badge user-text">${buttonText}</span>
      ${confirm === "double" ? html`<span class="badge">Asks for confirmation</span>` : nothing}
      ${
        language
          ? html`<span class="badge" lang=${language}>${languageNames[language]}</span>`
          : nothing
      }
    </p>
  </li>`;
}

customElements.define("page-form", FormPage);
