// The parts of the bench. They measure, and assert nothing.

import { bytes } from "./bytes.ts";
import { dispatch } from "./dispatch.ts";
import { freeze } from "./freeze.ts";
import { guess } from "./guess.ts";
import { newPeople } from "./new-people.ts";
import { page } from "./page.ts";
import { read } from "./read.ts";
import { receive } from "./receive.ts";
import { resets } from "./resets.ts";
import { type Row, table } from "./rows.ts";
import { rules } from "./rules.ts";
import { search } from "./search.ts";
import { send } from "./send.ts";
import { onStage, type Stage } from "./stage.ts";
import { stall } from "./stall.ts";
import { statistics } from "./statistics.ts";
import { steady } from "./steady.ts";
import { submit } from "./submit.ts";
import { upgrade } from "./upgrade.ts";

/** Each part by its name: `npm run bench -- read`. */
const parts: Record<string, (stage: Stage) => Promise<Row[]>> = {
  read,
  submit,
  guess,
  receive,
  rules,
  newPeople,
  search,
  statistics,
  send,
  dispatch,
  steady,
  bytes,
  page,
  stall,
  // Last: it creates a million profiles.
  freeze,
  resets,
  upgrade,
};

/** Measured only if it is named. */
const long = ["resets", "upgrade"];

/** Runs the named parts, or all, and prints one table. */
export async function measure(names: string[]): Promise<void> {
  const unknown = names.filter((name) => !Object.hasOwn(parts, name));
  if (unknown.length > 0) {
    console.error(
      `No such part: ${unknown.join(", ")}. There are: ${Object.keys(parts).join(", ")}.`,
    );
    process.exit(1);
  }
  const began = Date.now();
  const rows: Row[] = [];
  await onStage(async (stage) => {
    for (const [name, part] of Object.entries(parts)) {
      if (names.length > 0 ? !names.includes(name) : long.includes(name)) continue;
      console.log(`Measuring ${name} ...`);
      rows.push(...(await part(stage)));
    }
  });
  console.log(`\n${table(rows)}\n\nTook ${Math.round((Date.now() - began) / 1000)} s.`);
}
