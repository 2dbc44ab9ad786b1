// Every page that a visitor sees is accessible in every language; the other half of them is in the file beside.

import { areAccessible } from "../support/accessible.ts";

areAccessible(["it", "nl", "pl", "ar", "ja"]);
