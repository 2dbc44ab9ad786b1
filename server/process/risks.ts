// What a boot says of risks that only the operator can judge.

import type { Logger } from "pino";
import type { Sql } from "../database/connect.ts";
import { listFormsOfEveryCountry } from "../forms/forms.ts";

/** Logs one warning for the forms that send codes to every country, with their ids. */
export async function warnOfRisks(sql: Sql, log: Logger): Promise<void> {
  const forms = await listFormsOfEveryCountry(sql);
  if (forms.length === 0) return;
  log.warn(
    { forms },
    `${forms.length === 1 ? "A form sends" : `${forms.length} forms send`} codes to the numbers of \
every country, so that a stranger can have you pay for texts to far-off numbers: name the \
countries that you serve under Channels > Opt-in forms.`,
  );
}
