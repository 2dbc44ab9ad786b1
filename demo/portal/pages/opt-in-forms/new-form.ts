// <page-new-form>: Add -> Next -> Create.

import { html } from "lit";
import type { FormBody } from "../../../../server/schemas/forms.ts";
import { createForm } from "../../api.ts";
import { PortalElement } from "../../parts/element.ts";
import { toast } from "../../parts/toast.ts";
import { navigate } from "../../router.ts";
import "./form-editor.ts";
import { leaveSteps } from "./steps.ts";

/** @summary Creates a form. */
export class NewFormPage extends PortalElement {
  override render() {
    return html`
      <p class="small"><a href="/forms">Opt-in forms</a></p>
      <div class="head"><h1 tabindex="-1">New form</h1></div>
      <form-editor .save=${create}></form-editor>`;
  }
}

async function create(body: FormBody): Promise<void> {
  const { id } = await createForm(body);
  await leaveSteps();
  navigate(`/forms/${id}`, { replace: true });
  toast("The form was created. Copy its code into your page.");
}

customElements.define("page-new-form", NewFormPage);
