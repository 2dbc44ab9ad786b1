// The one script of the iframe page: it defines the element that takes the plain form over, and tells the
// page around the iframe how tall the content is.

import "../opt-in-form/define.ts";
import { reportHeight } from "./report-height.ts";

reportHeight();
