// <file-choice>: a CSV file, chosen or dropped.

import { html } from "lit";
import { PortalElement } from "../../../parts/element.ts";

/**
 * @summary Takes one file.
 *
 * @fires file-chosen - A file was chosen; `detail` is the `File`.
 */
export class FileChoice extends PortalElement {
  static override properties = { dragged: { state: true } };

  declare private dragged: boolean;

  constructor() {
    super();
    this.dragged = false;
  }

  override render() {
    return html`<label class="drop ${this.dragged ? "over" : ""}" @dragover=${this.#dragOver}
      @dragleave=${this.#dragLeave} @drop=${this.#drop}>
        <input class="hidden" type="file" accept=".csv,.tsv,.txt,text/csv" aria-label="CSV file"
          @change=${this.#choose}>
        <strong>Choose a CSV file</strong>
        <span class="quiet">or drop it here. Its first line names the columns.</span>
      </label>`;
  }

  #dragOver(event: DragEvent) {
    event.preventDefault();
    this.dragged = true;
  }

  #dragLeave() {
    this.dragged = false;
  }

  #drop(event: DragEvent) {
    event.preventDefault();
    this.dragged = false;
    this.#take(event.dataTransfer?.files);
  }

  #choose(event: Event) {
    const input = event.target as HTMLInputElement;
    this.#take(input.files);
    // Choosing the same file again must fire the event, too.
    input.value = "";
  }

  #take(files: FileList | null | undefined) {
    const detail = files?.[0];
    if (detail) this.dispatchEvent(new CustomEvent("file-chosen", { detail }));
  }
}

customElements.define("file-choice", FileChoice);
