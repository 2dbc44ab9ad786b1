// <page-edit-form>: changes a form. A change that people see adds a wording; the old ones stay as
// proof.

import { Task } from "@lit/task";
import { html } from "lit";
import type { FormWithWordings } from "../../../../server/schemas/forms.ts";
import { readForm, replaceForm } from "../../api.ts";
import { PortalElement } from "../../parts/element.ts";
import { whenLoaded } from "../../parts/loading.ts";
import { toast } from "../../parts/toast.ts";
import { navigate } from "../../router.ts";
import { draftOf } from "./draft.ts";
import "./form-editor.ts";

/** @summary Changes a form. */
export class EditFormPage extends PortalElement {
  static override properties = { form: {} };

  /** The id of the form. */
  declare form: string;

  #form = new Task(this, { task: ([id]) => readForm(id), args: () => [this.form] as const });

  override render() {
    return html`
      <p class="small"><a href="/forms">Opt-in forms</a> / <a
        href="/forms/${this.form}">${this.#form.value?.description ?? "Form"}</a></p>
      <div class="head"><h1 tabindex="-1">Edit form</h1></div>
      ${whenLoaded(this.#form, (form) => this.#renderEditor(form), 6)}`;
  }

  #renderEditor(form: FormWithWordings) {
    if (form.deletedAt !== null) {
      return html`<p>This form was deleted and cannot be changed.
        <a href="/forms/${form.id}">See its wordings</a>,
        or <a href="/forms/new">create a new one</a>.</p>`;
    }
    const save = async (body: Parameters<typeof replaceForm>[1]) => {
      const { wording } = await replaceForm(form.id, body);
      navigate(`/forms/${form.id}`);
      toast(
        wording > form.wording
          ? `Saved. People now see wording ${wording}.`
          : "Saved. What people see has not changed.",
      );
    };
    return html`<form-editor .form=${draftOf(form)} .save=${save}></form-editor>`;
  }
}

customElements.define("page-edit-form", EditFormPage);
