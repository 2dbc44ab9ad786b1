// Every page that a visitor sees is accessible in every language; the others of them are in the
// files beside.

import { areAccessible } from "../support/accessible.ts";

areAccessible(["de", "fr", "es", "pt"]);
