// Brings a database of any shipped version to what this one needs: tables first, then the SQL code,
// then the indexes that are of such code.

import type postgres from "postgres";
import { makeSmallIndexes } from "./indexes.ts";
import { migrate } from "./migrate.ts";
import { applySqlCode } from "./sql-code.ts";

/**
 * Applies the migrations that are missing and the SQL code that changed, and makes the indexes that
 * take no time. Throws `CannotStart`.
 */
export async function upgrade(sql: postgres.Sql): Promise<void> {
  await migrate(sql);
  await applySqlCode(sql);
  await makeSmallIndexes(sql);
}
