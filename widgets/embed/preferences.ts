// The one script of /embed/preferences: it fits the iframe into its page, and lets
// <preference-toggles> replace the plain page.

import { defineLater } from "./define-later.ts";
import { EmbeddedPreferences } from "./embedded-preferences.ts";
import { joinPage } from "./join-page.ts";
import { standAlone } from "./own-page.ts";

joinPage();
standAlone();
defineLater("preference-toggles", EmbeddedPreferences);
