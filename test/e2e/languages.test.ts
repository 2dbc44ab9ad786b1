// Every page that a visitor sees is accessible in every language; the files next to this one have
// the other languages.

import { areAccessible } from "../support/accessible.ts";

areAccessible(["en", "ar", "ja"]);
