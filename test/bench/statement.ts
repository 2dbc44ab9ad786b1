// The statement that a domain function runs, so that the bare server runs the same one.

import type postgres from "postgres";
import { open } from "../../server/database/connect.ts";
import type { Stage } from "./stage.ts";

/** The SQL text of the last statement that `work` runs, with $1, $2, ... for its values. */
export async function statementOf(
  { target }: Stage,
  work: (sql: postgres.Sql) => Promise<unknown>,
): Promise<string> {
  let text = "";
  const sql = open(target, { max: 1, debug: (_, statement) => (text = statement) });
  await work(sql);
  await sql.end();
  return text;
}
