// The one script of the iframe page: it defines the element that takes the plain form over, and fits the iframe in.

import "../opt-in-form/define.ts";
import { joinPage } from "./join-page.ts";

joinPage();
