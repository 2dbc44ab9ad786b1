// The one script of the iframe page: it fits the iframe in, and lets <opt-in-form> take the plain
// form over.

import { EmbeddedForm } from "./embedded-form.ts";
import { joinPage } from "./join-page.ts";

joinPage();
// A task of its own, after the plain form is on the screen: nobody waits for the element.
requestAnimationFrame(() => setTimeout(() => customElements.define("opt-in-form", EmbeddedForm)));
