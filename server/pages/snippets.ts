// The three ways to put a form on a page, as HTML to paste.

import type { Language } from "../schemas/languages.ts";
import { formTitle } from "./form.ts";
import { escapeHtml } from "./template.ts";

/**
 * The iframe's style attribute; a page whose policy forbids inline styles loses nothing but the
 * frame's first height.
 */
export const iframeStyle = "border:0;width:100%;min-height:420px";

/** What a snippet needs to know of a form. */
export type SnippetForm = { id: string; businessName: string | null; language?: Language | null };

/** Iframe, custom element and tag manager; `publicUrl` is where browsers reach this server. */
export function snippets({ publicUrl, form }: { publicUrl: string; form: SnippetForm }) {
  const base = publicUrl.replace(/\/+$/, "");
  const title = formTitle(form, form.language ?? "en");
  return {
    iframe: iframe(base, form.id, title),
    element: element(base, form.id),
    tagManager: tagManager(base, form.id, title),
  };
}

function iframe(base: string, id: string, title: string) {
  const address = `${base}/embed/forms/${encodeURIComponent(id)}`;
  return `<iframe src="${escapeHtml(address)}" title="${escapeHtml(title)}"
  width="100%" height="420" frameborder="0" style="${iframeStyle}"
  loading="lazy" referrerpolicy="strict-origin"
  sandbox="allow-scripts allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox"></iframe>
<script async src="${escapeHtml(base)}/embed.js"></script>`;
}

function element(base: string, id: string) {
  return `<script type="module" src="${escapeHtml(base)}/widgets/opt-in-form.js"></script>
<opt-in-form form="${escapeHtml(id)}"></opt-in-form>`;
}

function tagManager(base: string, id: string, title: string) {
  return `<script>
(function () {
  var where = "#opt-in-form"; // A CSS selector: the element of your page that the form goes into.
  var queue = (window.optInKit = Array.isArray(window.optInKit) ? window.optInKit : []);
  queue.push({
    from: ${quote(new URL(base).origin)},
    form: ${quote(id)},
    into: where,
    title: ${quote(title)},
  });
  var script = document.createElement("script");
  script.async = true;
  script.src = ${quote(`${base}/embed.js`)};
  document.head.appendChild(script);
})();
</script>`;
}

/** Text as an ES5 string that can end neither the script element nor the line. */
function quote(text: string) {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
