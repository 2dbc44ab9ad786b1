// Registers every tag of the widgets: the only side effect.

import "./opt-in-form/define.ts";
