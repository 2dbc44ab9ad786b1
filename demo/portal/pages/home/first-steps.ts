// <first-steps>: what a newcomer does first; each step is ticked off automatically, and the list
// disappears when all are done.

import { Task } from "@lit/task";
import { html, nothing } from "lit";
import type { FirstSteps } from "../../../../server/schemas/statistics.ts";
import { addSampleData, readFirstSteps } from "../../api.ts";
import { PortalElement } from "../../parts/element.ts";
import { attempt, toast } from "../../parts/toast.ts";

type Step = { name: keyof FirstSteps; text: string; why: string; path: string };

const steps: readonly Step[] = [
  {
    name: "defaults",
    text: "Choose what new profiles start with",
    why: "Opted in or out, channel by channel",
    path: "/data-preferences",
  },
  {
    name: "rules",
    text: "Add the words that opt out",
    why: "STOP and its like, in twelve languages",
    path: "/data-preferences",
  },
  {
    name: "stop",
    text: "See STOP work",
    why: "Send it from a made-up phone",
    path: "/messages",
  },
  {
    name: "form",
    text: "Create an opt-in form",
    why: "Then paste its code into your site",
    path: "/forms/new",
  },
  {
    name: "broadcast",
    text: "Send a broadcast",
    why: "Only those who opted in get it",
    path: "/broadcasts/new",
  },
  {
    name: "key",
    text: "Create an API key",
    why: "For your own software",
    path: "/keys",
  },
];

const hiddenMark = "first-steps-hidden";

/**
 * @summary The first steps of a new system.
 *
 * @fires data-filled - Sample data was added.
 */
export class FirstStepList extends PortalElement {
  static override properties = { busy: { state: true }, hiddenByUser: { state: true } };

  declare private busy: boolean;
  declare private hiddenByUser: boolean;

  #steps = new Task(this, { task: readFirstSteps, args: () => [] });

  constructor() {
    super();
    this.busy = false;
    this.hiddenByUser = localStorage.getItem(hiddenMark) !== null;
  }

  override render() {
    // No placeholder: for those who have done all steps, the page must not jump.
    const done = this.#steps.value;
    if (!done || this.hiddenByUser || steps.every(({ name }) => done[name])) return nothing;
    const count = steps.filter(({ name }) => done[name]).length;
    return html`<section class="part card" aria-labelledby="first-steps">
      <div class="head padded">
        <div>
          <h2 id="first-steps">First steps</h2>
          <p class="quiet">${count} of ${steps.length} done. Each is ticked off automatically.</p>
        </div>
        <div class="actions">
          ${
            done.empty
              ? html`<wa-button variant="brand" ?loading=${this.busy} @click=${this.#fill}>Fill with
                sample data</wa-button>`
              : html`<wa-button appearance="plain" size="s" @click=${this.#hide}>Hide</wa-button>`
          }
        </div>
      </div>
      <ol class="steps">
        ${steps.map((step) => renderStep(step, done[step.name]))}
      </ol>
    </section>`;
  }

  #fill() {
    if (this.busy) return;
    this.busy = true;
    attempt(async () => {
      const { profiles, forms } = await addSampleData();
      toast(
        `${profiles} made-up people and ${forms} forms were added. Nothing is sent to anybody.`,
      );
      this.dispatchEvent(new Event("data-filled"));
    }).finally(async () => {
      await this.#steps.run();
      this.busy = false;
    });
  }

  #hide() {
    localStorage.setItem(hiddenMark, "yes");
    this.hiddenByUser = true;
    toast("The first steps are hidden.", {
      undo: async () => {
        localStorage.removeItem(hiddenMark);
        this.hiddenByUser = false;
      },
    });
    document.querySelector<HTMLElement>("h1")?.focus();
  }
}

function renderStep({ text, why, path }: Step, done: boolean) {
  return html`<li class=${done ? "done" : ""}>
    <span class="tick" aria-hidden="true">${
      done ? html`<wa-icon library="system" name="check"></wa-icon>` : nothing
    }</span>
    <span>
      <a href=${path}>${text}</a> ${done ? html`<span class="hidden">(done)</span>` : nothing}
      <span class="quiet small why">${why}</span>
    </span>
  </li>`;
}

customElements.define("first-steps", FirstStepList);

declare global {
  interface HTMLElementTagNameMap {
    "first-steps": FirstStepList;
  }
}
