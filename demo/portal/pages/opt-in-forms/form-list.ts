// <page-forms>: Channels > Opt-in forms, the list.

import "./form-list.css";
import "./held-back.ts";
import { Task } from "@lit/task";
import { html, nothing } from "lit";
import type { Form } from "../../../../server/schemas/forms.ts";
import { listForms, type Page, readFormStatistics } from "../../api.ts";
import { channelNames } from "../../channels.ts";
import { PortalElement } from "../../parts/element.ts";
import { whenLoaded } from "../../parts/loading.ts";
import { moreButton, withNext } from "../../parts/paged.ts";
import { sparkline, sparklineLabel } from "../../parts/sparkline.ts";
import { time, zoneHere } from "../../parts/time.ts";

/** @summary Every form, newest first. */
export class FormListPage extends PortalElement {
  static override properties = { longer: { state: true } };

  /** The list after more of it was asked for. */
  declare private longer: Page<Form> | undefined;

  #forms = new Task(this, { task: () => listForms(), args: () => [] });

  #statistics = new Task(this, {
    task: () => readFormStatistics({ days: 30, zone: zoneHere() }),
    args: () => [],
  });

  override render() {
    return html`
      <div class="head">
        <h1 tabindex="-1">Opt-in forms</h1>
        <wa-button variant="brand" href="/forms/new">Add</wa-button>
      </div>
      <div class="card">${whenLoaded(
        this.#forms,
        (loaded) => this.#renderForms(this.longer ?? loaded),
        4,
      )}</div>
      <held-back></held-back>`;
  }

  #renderForms(page: Page<Form>) {
    if (page.items.length === 0) {
      return html`<div class="empty">
        <h2>No forms yet</h2>
        <p class="quiet">A form asks people on your site for a phone number or an email address, and
          for their consent. Create one and paste its code into a page.</p>
        <wa-button variant="brand" href="/forms/new">Add the first form</wa-button>
      </div>`;
    }
    return html`<table>
        <thead>
          <tr>
            <th scope="col">Description</th>
            <th scope="col">Channel</th>
            <th scope="col">Status</th>
            <th scope="col">Created</th>
            <th scope="col">Last 30 days</th>
            <th scope="col" class="number">Submissions</th>
          </tr>
        </thead>
        <tbody>
          ${page.items.map(
            (form) => html`<tr>
              <td data-label="Description"><a class="keyword"
                href="/forms/${form.id}">${form.description}</a></td>
              <td data-label="Channel">${channelNames[form.channel]}</td>
              <td data-label="Status">${formStatus(form)}</td>
              <td data-label="Created">${time(form.createdAt)}</td>
              <td data-label="Last 30 days">${this.#renderDays(form.id)}</td>
              <td data-label="Submissions" class="number">${form.submissions.toLocaleString()}</td>
            </tr>`,
          )}
        </tbody>
      </table>
      ${moreButton(page, async () => {
        this.longer = await withNext(page, listForms);
      })}`;
  }

  /** Nothing if the numbers failed to load: the list is useful without them. */
  #renderDays(id: string) {
    const statistics = this.#statistics.value;
    if (!statistics) return nothing;
    const { days, items } = statistics;
    const numbers = items.find(({ form }) => form === id)?.submissions ?? days.map(() => 0);
    return sparkline(numbers, sparklineLabel(numbers, days, "submissions"));
  }
}

/** Whether a form takes submissions, as a badge. */
export function formStatus({ active, deletedAt }: Form & { deletedAt?: string | null }) {
  if (deletedAt) return html`<span class="badge bad">Deleted</span>`;
  return active
    ? html`<span class="badge good">Active</span>`
    : html`<span class="badge">Paused</span>`;
}

customElements.define("page-forms", FormListPage);
