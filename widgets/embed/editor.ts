// The one script of /embed/editor: it fits the iframe in, and lets <profile-flag-editor> take the
// plain page over.

import { EmbeddedEditor } from "./embedded-editor.ts";
import { joinPage } from "./join-page.ts";
import { standAlone } from "./take-over.ts";

joinPage();
standAlone();
// A task of its own, after the plain page is on the screen: nobody waits for the element.
requestAnimationFrame(() =>
  setTimeout(() => customElements.define("profile-flag-editor", EmbeddedEditor)),
);
