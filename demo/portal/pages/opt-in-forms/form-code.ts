// <form-code>: the code that puts a form on a page, three ways.

import "@awesome.me/webawesome/dist/components/copy-button/copy-button.js";
import "@awesome.me/webawesome/dist/components/tab-group/tab-group.js";
import "@awesome.me/webawesome/dist/components/tab-panel/tab-panel.js";
import "@awesome.me/webawesome/dist/components/tab/tab.js";
import { Task } from "@lit/task";
import { html } from "lit";
import type { Snippets } from "../../../../server/schemas/forms.ts";
import { readSnippets } from "../../api.ts";
import { PortalElement } from "../../parts/element.ts";
import { whenLoaded } from "../../parts/loading.ts";
import { toast } from "../../parts/toast.ts";

const ways: readonly { way: keyof Snippets; name: string; hint: string }[] = [
  {
    way: "iframe",
    name: "Iframe",
    hint: "Plain HTML for any page, even one without JavaScript. Paste it where the form should be.",
  },
  {
    way: "element",
    name: "Custom element",
    hint: "Part of your page, in your page's style. Paste it where the form should be.",
  },
  {
    way: "tagManager",
    name: "Tag manager",
    hint: "For a custom HTML tag. In the code, name the element that the form goes into.",
  },
];

/** @summary Three snippets to copy. */
export class FormCode extends PortalElement {
  static override properties = { form: {} };

  /** The id of the form. */
  declare form: string;

  #snippets = new Task(this, {
    task: ([id]) => readSnippets(id),
    args: () => [this.form] as const,
  });

  override render() {
    return html`<section aria-labelledby="code">
      <h2 id="code">Code</h2>
      ${whenLoaded(this.#snippets, renderWays, 5)}
    </section>`;
  }
}

function renderWays(snippets: Snippets) {
  return html`<wa-tab-group active="iframe">
    ${ways.map(({ way, name }) => html`<wa-tab panel=${way}>${name}</wa-tab>`)}
    ${ways.map(
      ({ way, hint }) => html`<wa-tab-panel name=${way}>
        <div class="stack">
          <p class="quiet small">${hint}</p>
          <pre class="code" tabindex="0"><code>${snippets[way]}</code></pre>
          <div>
            <wa-copy-button .value=${snippets[way]} tooltip="none" @wa-copy=${copied}
              @wa-error=${notCopied}>
              <wa-button appearance="outlined">Copy Code</wa-button>
            </wa-copy-button>
          </div>
        </div>
      </wa-tab-panel>`,
    )}
  </wa-tab-group>`;
}

function copied() {
  toast("The code was copied. Paste it into your page.");
}

function notCopied() {
  toast("The browser did not let the code be copied. Select it and copy it yourself.", {
    variant: "danger",
  });
}

customElements.define("form-code", FormCode);
