// The one script of /embed/editor: it fits the iframe into its page, and lets <profile-flag-editor>
// replace the plain page.

import { Editor } from "../profile-flag-editor/editor.ts";
import { defineLater } from "./define-later.ts";
import { joinPage } from "./join-page.ts";
import { onOwnPage, standAlone } from "./own-page.ts";

joinPage();
standAlone();
defineLater("profile-flag-editor", onOwnPage(Editor));
