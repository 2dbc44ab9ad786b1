// Registers <preference-toggles> once, however often it is loaded.

import { PreferenceToggles } from "./preference-toggles.ts";

if (!customElements.get("preference-toggles"))
  customElements.define("preference-toggles", PreferenceToggles);
