// The one script of the iframe page: it fits the iframe into its page, and lets <opt-in-form>
// replace the plain form.

import { defineLater } from "./define-later.ts";
import { EmbeddedForm } from "./embedded-form.ts";
import { joinPage } from "./join-page.ts";

joinPage();
defineLater("opt-in-form", EmbeddedForm);
