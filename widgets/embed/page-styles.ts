// The element's styles as the iframe page's plain form wears them: `:host` becomes the tag.

import { styles } from "../opt-in-form/styles.ts";

const hosts = ":is(opt-in-form,.opt-in-form)";

/** The style sheet of the iframe page. */
export const pageStyles = `html{background:transparent}body{margin:0;padding:1px}${styles.cssText
  .replace(/:host\(([^)]*)\)/g, `${hosts}$1`)
  .replaceAll(":host", hosts)}`;
