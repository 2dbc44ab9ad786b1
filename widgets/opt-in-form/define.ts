// Registers <opt-in-form> once, however often it is loaded.

import { OptInForm } from "./opt-in-form.ts";

if (!customElements.get("opt-in-form")) customElements.define("opt-in-form", OptInForm);
