// Registers every tag of the widgets: its only side effect.

import "./opt-in-form/define.ts";
import "./preference-toggles/define.ts";
import "./profile-flag-editor/define.ts";
