// The one script of /embed/preferences: it fits the iframe in, and lets <preference-toggles> take
// the plain page over.

import { defineLater } from "./define-later.ts";
import { EmbeddedPreferences } from "./embedded-preferences.ts";
import { joinPage } from "./join-page.ts";
import { standAlone } from "./own-page.ts";

joinPage();
standAlone();
defineLater("preference-toggles", EmbeddedPreferences);
