// A new system hears STOP: the words to stop, to start and for help, on the channels that people
// answer on.

import { type Sql, transaction } from "../database/connect.ts";
import { answeredChannel, type PresetName } from "../schemas/rules.ts";
import { insertPreset } from "./rule-sets.ts";

const names: readonly PresetName[] = ["help", "start", "stop"];

/**
 * Adds the words where a database is new, once, whichever server boots first; a database of before
 * keeps its rules, and the portal offers the words.
 */
export async function addFirstWords(sql: Sql): Promise<void> {
  await transaction(sql, async (tx) => {
    const [due] = await tx`
      update settings set value = 'given' where name = 'first_words' and value = 'due'
      returning name`;
    if (!due) return;
    for (const channel of [...answeredChannel.options].reverse())
      for (const preset of names) await insertPreset(tx, { channel, inbound: "*", preset });
  });
}
