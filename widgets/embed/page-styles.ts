// The elements' styles as the iframe pages' plain forms wear them: `:host` becomes the tag.

import { styles as formStyles } from "../opt-in-form/styles.ts";
import { styles as preferenceStyles } from "../preference-toggles/styles.ts";
import { styles as flagStyles } from "../profile-flag-editor/styles.ts";

// An iframe cannot see whether its page is dark: it is light until embed.js says otherwise, or the
// address ends in #dark, or in #auto for a page that follows the visitor's preference.
const page = `
  html { color-scheme: light; background: transparent }
  html:target { color-scheme: dark }
  html:has(body:target) { color-scheme: light dark }
  body { margin: 0; padding: 1px }
`;

// A page that is not in an iframe has a background of its own.
const alone = `
  html:has(.alone) { color-scheme: light dark; background: light-dark(#f7f9f8, #0f1716) }
  .alone { display: flex; justify-content: center; padding: clamp(16px, 6vw, 64px) 16px }
  .alone main { flex: 1; min-width: 0; max-width: 560px }
`;

const pages = [
  { path: "/preferences.html", tag: "preference-toggles", styles: preferenceStyles, more: alone },
  { path: "/editor.html", tag: "profile-flag-editor", styles: flagStyles, more: alone },
  { path: "", tag: "opt-in-form", styles: formStyles, more: "" },
];

/** The style sheet of the iframe page whose template ends in `path`. */
export function pageStyles(path: string): string {
  const { tag, styles, more } = pages.find((one) =>
    path.endsWith(one.path),
  ) as (typeof pages)[number];
  const hosts = `:is(${tag},.opt-in-form)`;
  return (
    page +
    styles
      .map(({ cssText }) => cssText)
      .join("")
      .replace(/:host\(([^)]*)\)/g, `${hosts}$1`)
      .replaceAll(":host", hosts)
      // The page is as wide as its widget, and a media query costs no second round of styles.
      .replace(/container-type:[^;}]*;?/, "")
      .replaceAll("@container", "@media") +
    more
  );
}
