// The Content-Security-Policy of a page, and what names its inline scripts and styles there.

import { createHash } from "node:crypto";

type Directives = Record<`${string}-${"src" | "attr" | "action"}`, string> & {
  "frame-ancestors"?: string;
};

/** Forbids all that is not named; nobody frames the page unless `frame-ancestors` says so. */
export function policyOf({
  "frame-ancestors": framing = "'none'",
  ...allowed
}: Directives): string {
  const directives = {
    "default-src": "'none'",
    ...allowed,
    "base-uri": "'none'",
    "frame-ancestors": framing,
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources}`)
    .join("; ");
}

/** The source that allows one inline script or style. */
export function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** The sources that allow the style sheets inside a page. */
export function stylesOf(page: string): string {
  const sheets = page.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g);
  return [...sheets].map(([, css = ""]) => hashOf(css)).join(" ");
}

/** For a page without a script: its own styles and its own form. */
export function plainPagePolicy(template: string): string {
  return policyOf({ "style-src": stylesOf(template), "form-action": "'self'" });
}
