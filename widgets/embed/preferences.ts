// The one script of /embed/preferences: it fits the iframe in, and lets <preference-toggles> take
// the plain page over.

import { EmbeddedPreferences } from "./embedded-preferences.ts";
import { joinPage } from "./join-page.ts";
import { standAlone } from "./take-over.ts";

joinPage();
standAlone();
// A task of its own, after the plain page is on the screen: nobody waits for the element.
requestAnimationFrame(() =>
  setTimeout(() => customElements.define("preference-toggles", EmbeddedPreferences)),
);
