// Registers <profile-flag-editor> once, however often it is loaded.

import { ProfileFlagEditor } from "./profile-flag-editor.ts";

if (!customElements.get("profile-flag-editor"))
  customElements.define("profile-flag-editor", ProfileFlagEditor);
