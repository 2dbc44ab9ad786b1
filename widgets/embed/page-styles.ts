// The element's styles as the iframe page's plain form wears them: `:host` becomes the tag.

import { styles } from "../opt-in-form/styles.ts";

const hosts = ":is(opt-in-form,.opt-in-form)";

// An iframe cannot see whether its page is dark: it is light until embed.js says otherwise, or the address ends in
// #dark, or in #auto for a page that follows the visitor's preference.
const page = `
  html { color-scheme: light; background: transparent }
  html:target { color-scheme: dark }
  html:has(body:target) { color-scheme: light dark }
  body { margin: 0; padding: 1px }
`;

/** The style sheet of the iframe page. */
export const pageStyles =
  page +
  styles.cssText
    .replace(/:host\(([^)]*)\)/g, `${hosts}$1`)
    .replaceAll(":host", hosts)
    // The page is as wide as its form, and a media query costs no second round of styles.
    .replace(/container-type:[^;}]*;?/, "")
    .replace("@container", "@media");
