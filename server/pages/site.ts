// The example customer's page: a template of the demo, filled with the real snippets of one form.

import { hashOf, policyOf } from "./policy.ts";
import { iframeStyle } from "./snippets.ts";
import { fillTemplate } from "./template.ts";

type Snippets = { iframe: string; element: string; tagManager: string };

/** The page with the three snippets in their places, each also shown as text. */
export function sitePage({ template, snippets }: { template: string; snippets: Snippets }): string {
  const page = fillTemplate(template, { show: ["forms"], values: snippets });
  return page.replace(
    /<!-- place (iframe|element|tagManager) -->/g,
    (_, way: keyof Snippets) => snippets[way],
  );
}

/** The page that says how to make a form, when none was named or none was found. */
export function siteStartPage({
  template,
  publicUrl,
}: {
  template: string;
  publicUrl: string;
}): string {
  return fillTemplate(template, { show: ["start"], values: { publicUrl } });
}

/** The policy of a careful customer: only what the three snippets need, from `publicUrl` alone. */
export function sitePolicy({
  publicUrl,
  snippets,
}: {
  publicUrl: string;
  snippets?: Snippets;
}): string {
  const origin = new URL(publicUrl).origin;
  const inline = /<script>([\s\S]*?)<\/script>/.exec(snippets?.tagManager ?? "")?.[1];
  return policyOf({
    "script-src": `${origin}${inline === undefined ? "" : ` ${hashOf(inline)}`}`,
    "connect-src": origin,
    "frame-src": origin,
    "style-src": `'self' 'unsafe-hashes' ${hashOf(iframeStyle)}`,
    "img-src": "'self' data:",
    "form-action": "'none'",
  });
}
