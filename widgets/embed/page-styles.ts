// The elements' styles for the plain forms of the iframe pages: `:host` becomes the tag.

import type { CSSResult } from "lit";
import { styles as formStyles } from "../opt-in-form/styles.ts";
import { pageColour } from "../palette.ts";
import { styles as preferencesStyles } from "../preference-toggles/styles.ts";
import { styles as editorStyles } from "../profile-flag-editor/styles.ts";

// An iframe cannot see whether its page is dark: it is light until embed.js says otherwise, or the
// address ends in #dark, or in #auto for a page that follows the visitor's preference.
const frame = `
  html { color-scheme: light; background: transparent }
  html:target { color-scheme: dark }
  html:has(body:target) { color-scheme: light dark }
  body { margin: 0; padding: 1px }
`;

// A link's page outside an iframe has a background of its own.
const alone = `
  html:has(.alone) { color-scheme: light dark; background: ${pageColour} }
  .alone { display: flex; justify-content: center; padding: clamp(16px, 6vw, 64px) 16px }
  .alone main { flex: 1; min-width: 0; max-width: 560px }
`;

// A page that is never in an iframe.
const question = `
  html { color-scheme: light dark; background: Canvas }
  body {
    display: grid;
    grid-template-columns: minmax(0, 448px);
    justify-content: center;
    padding: 64px 16px;
  }
  h1 { margin: 0; font-size: 20px; font-weight: 650; line-height: 28px }
`;

const form = { tag: "opt-in-form", styles: formStyles };
const pages: Readonly<Record<string, { tag: string; styles: CSSResult[]; more: string }>> = {
  form: { ...form, more: "" },
  confirm: { ...form, more: question },
  unsubscribe: { ...form, more: question },
  preferences: { tag: "preference-toggles", styles: preferencesStyles, more: alone },
  editor: { tag: "profile-flag-editor", styles: editorStyles, more: alone },
};

/** The style sheet of the page in `widgets/embed/NAME.html`. */
export function pageStyles(name: string): string {
  const page = pages[name];
  if (!page) throw new Error(`There are no styles for the page ${name}.`);
  const hosts = `:is(${page.tag},.opt-in-form)`;
  return (
    frame +
    page.styles
      .map(({ cssText }) => cssText)
      .join("")
      .replace(/:host\(([^)]*)\)/g, `${hosts}$1`)
      .replaceAll(":host", hosts)
      // The page is as wide as its widget, and a media query causes no second style pass.
      .replace(/container-type:[^;}]*;?/, "")
      .replaceAll("@container", "@media") +
    page.more
  );
}
