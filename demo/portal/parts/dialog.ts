// What the portal's dialogs share: they open empty, do one thing at a time, show errors, and close.

import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import { html, nothing, type PropertyDeclarations, type TemplateResult } from "lit";
import { PortalElement } from "./element.ts";
import { type Complaints, complaintsOf, focusWrong, noComplaints } from "./fields.ts";

/**
 * A dialog; a subclass has its heading and its content, which is rendered only while it is open.
 */
export abstract class DialogElement extends PortalElement {
  static override properties: PropertyDeclarations = {
    open: { state: true },
    wrong: { state: true },
    busy: { state: true },
  };

  declare protected open: boolean;
  declare protected wrong: Complaints;
  declare protected busy: boolean;

  constructor() {
    super();
    this.open = false;
    this.wrong = noComplaints;
    this.busy = false;
  }

  protected abstract heading(): string;
  protected abstract content(): TemplateResult;

  override render() {
    return html`<wa-dialog label=${this.heading()} ?open=${this.open}
      @wa-after-hide=${this.#hidden}>
      ${this.open ? this.content() : nothing}
    </wa-dialog>`;
  }

  protected openEmpty() {
    this.wrong = noComplaints;
    this.open = true;
  }

  protected close() {
    this.open = false;
  }

  /** Called once it is hidden and the focus is back on what opened it. */
  protected closed() {}

  /**
   * Does the dialog's work unless it is already running; `fields` are those that can show their own
   * errors.
   */
  protected async attempt(work: () => Promise<unknown>, fields: readonly string[] = []) {
    if (this.busy) return;
    this.busy = true;
    try {
      await work();
    } catch (error) {
      await this.complain(complaintsOf(error, fields));
    } finally {
      this.busy = false;
    }
  }

  /** Shows what is wrong, and focuses the first such field. */
  protected async complain(wrong: Complaints) {
    this.wrong = wrong;
    await this.updateComplete;
    focusWrong(this);
  }

  #hidden(event: Event) {
    // A select or a tooltip inside hides, too, and its event bubbles.
    if (event.target !== event.currentTarget) return;
    this.open = false;
    this.closed();
  }
}
