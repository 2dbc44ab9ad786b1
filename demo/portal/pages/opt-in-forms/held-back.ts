// <held-back>: what forms held back in the last week, why, and how to allow it.

import { Task } from "@lit/task";
import { html, nothing } from "lit";
import type { HeldBack } from "../../../../server/schemas/held-back.ts";
import { liftHeldBack, listHeldBack } from "../../api.ts";
import { PortalElement } from "../../parts/element.ts";
import { time } from "../../parts/time.ts";
import { attempt, toast } from "../../parts/toast.ts";

/** @summary Shown only where something was held back. */
export class HeldBackList extends PortalElement {
  #items = new Task(this, { task: () => listHeldBack(), args: () => [] });

  /** Empty if the list failed to load: the forms are useful without it. */
  override render() {
    const { items } = this.#items.value ?? { items: [] };
    if (items.length === 0) return nothing;
    return html`<section class="part" aria-labelledby="held-back">
      <h2 id="held-back">Held back</h2>
      <p class="quiet">Codes that forms did not send in the last week, so that nobody can make you
        pay for texts that no person reads. The visitors got the usual answer.</p>
      <div class="card"><table>
        <thead>
          <tr>
            <th scope="col">Numbers</th>
            <th scope="col">Why</th>
            <th scope="col" class="number">Times</th>
            <th scope="col">Last</th>
            <th scope="col">Change</th>
          </tr>
        </thead>
        <tbody>${items.map((item) => this.#renderItem(item))}</tbody>
      </table></div>
    </section>`;
  }

  #renderItem(item: HeldBack) {
    return html`<tr>
      <td data-label="Numbers">${numbersOf(item)}</td>
      <td data-label="Why">${whyHeldBack(item)}</td>
      <td data-label="Times" class="number">${item.times.toLocaleString()}</td>
      <td data-label="Last">${time(item.lastAt)}</td>
      <td>${this.#renderChange(item)}</td>
    </tr>`;
  }

  #renderChange(item: HeldBack) {
    if (item.reason === "number_type") return nothing;
    if (item.reason === "country_not_served") {
      return item.description === null
        ? nothing
        : html`<wa-button size="s" appearance="outlined" href="/forms/${item.form}/edit">Edit
            form</wa-button>`;
    }
    return html`<wa-button size="s" appearance="outlined" @click=${() => this.#lift(item)}>Let
      through</wa-button>`;
  }

  #lift({ reason, form, country, prefix }: HeldBack) {
    attempt(async () => {
      await liftHeldBack({ reason, form, country, prefix });
      await this.#items.run();
      toast("Codes are sent there again, and the count starts over.");
    });
  }
}

function numbersOf({ country, prefix }: HeldBack): string {
  const names = new Intl.DisplayNames(undefined, { type: "region" });
  const name = country ? (names.of(country) ?? country) : "No country";
  return prefix ? `${prefix}…, ${name}` : name;
}

function whyHeldBack({ reason, form, description }: HeldBack) {
  const link =
    description === null ? "a deleted form" : html`<a href="/forms/${form}">${description}</a>`;
  switch (reason) {
    case "number_type":
      return html`Typed into ${link}: a landline, premium rate or another type that is refused. The
        visitor was asked for a mobile number.`;
    case "country_not_served":
      return html`${link} does not serve this country.`;
    case "country_budget":
      return html`More codes in an hour than one country gets (<code>LIMIT_COUNTRY</code>).`;
    case "prefix_budget":
      return html`More codes in an hour than numbers with one beginning get
        (<code>LIMIT_PREFIX</code>).`;
    case "unconfirmed":
      return html`Hardly any code was entered (<code>LIMIT_UNCONFIRMED</code>).`;
  }
}

customElements.define("held-back", HeldBackList);
