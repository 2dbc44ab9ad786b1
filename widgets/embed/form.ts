// The one script of the iframe page: it fits the iframe in, and lets <opt-in-form> take the plain
// form over.

import { defineLater } from "./define-later.ts";
import { EmbeddedForm } from "./embedded-form.ts";
import { joinPage } from "./join-page.ts";

joinPage();
defineLater("opt-in-form", EmbeddedForm);
