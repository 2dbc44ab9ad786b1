// Importing people: each row makes a person, adds to one, or says why not. Nobody who has said no
// is opted in.

import { setImmediate as breathe } from "node:timers/promises";
import postgres from "postgres";
import * as v from "valibot";
import { matchKey } from "../addresses/match-key.ts";
import { normaliseAddress } from "../addresses/normalise.ts";
import type { Sql } from "../database/connect.ts";
import { knownOutcome } from "../database/outcome.ts";
import { asProblem, invalid, Problem, tooManyProperties } from "../errors.ts";
import type { Caller } from "../flags/flags.ts";
import { newId } from "../ids.ts";
import type { OptIn, RefusalToSet, Source } from "../schemas/flags.ts";
import { type Imported, type ImportResult, importRow } from "../schemas/imports.ts";

type Wish = {
  rows: unknown[];
  dryRun: boolean;
  defaultCountry: string | null;
  reason?: string | undefined;
  caller: Caller;
};

type Row = Omit<v.InferOutput<typeof importRow>, "phoneNumber" | "email" | "fbMessengerId"> & {
  index: number;
  newId: string;
  phoneNumber: string | null;
  email: string | null;
  fbMessengerId: string | null;
};

type Became = {
  index: number;
  outcome:
    | "created"
    | "updated"
    | "unchanged"
    | "again"
    | "two_profiles"
    | "other_address"
    | "too_much";
  profileId: string | null;
  holders: string[];
  changes: OptIn;
  kept: Record<string, Source>;
  refusals: Record<string, RefusalToSet>;
};

/**
 * Rows per transaction: people are locked for a tenth of a second, and other requests get their
 * turn.
 */
const batchSize = 250;
const attempts = 4;

/**
 * Imports up to 5,000 rows, or with `dryRun` tells what would change and changes nothing. Importing
 * the same rows again changes nothing.
 */
export async function importProfiles(sql: Sql, wish: Wish): Promise<Imported> {
  const items: ImportResult[] = [];
  for (let start = 0; start < wish.rows.length; start += batchSize) {
    items.push(...(await importSome(sql, wish, start)));
    await breathe();
  }
  const counts = {
    created: 0,
    updated: 0,
    unchanged: 0,
    refused: 0,
    optedIn: 0,
    optedOut: 0,
    keptOut: 0,
  };
  for (const { outcome, optIn, keptOut } of items) {
    counts[outcome]++;
    for (const optedIn of Object.values(optIn)) counts[optedIn ? "optedIn" : "optedOut"]++;
    counts.keptOut += Object.keys(keptOut).length;
  }
  return { dryRun: wish.dryRun, counts, items };
}

async function importSome(sql: Sql, wish: Wish, start: number): Promise<ImportResult[]> {
  const results = new Map<number, ImportResult>();
  const good: Row[] = [];
  for (const [offset, value] of wish.rows.slice(start, start + batchSize).entries()) {
    const index = start + offset;
    try {
      good.push(readRow(value, index, wish.defaultCountry));
    } catch (error) {
      results.set(index, refused(index, asProblem(error)));
    }
  }
  for (const [turn, rows] of turns(good).entries()) {
    for (const became of await importTurn(sql, rows, wish)) {
      // A dry run has not created the profile that an earlier row would have created.
      const again = wish.dryRun && turn > 0 && became.outcome === "created";
      results.set(became.index, resultOf(again ? { ...became, outcome: "updated" } : became));
    }
  }
  return [...results.values()].sort((a, b) => a.index - b.index);
}

/** A row in its one spelling. Throws `invalid`. */
function readRow(value: unknown, index: number, country: string | null): Row {
  const read = v.safeParse(importRow, value);
  if (!read.success) {
    const issues = read.issues.map((issue) => ({
      path: v.getDotPath(issue) ?? "",
      message: issue.message,
    }));
    throw new Problem("invalid", issues[0]?.message ?? "This row is not valid.", { issues });
  }
  const row = read.output;
  const address = (kind: "phoneNumber" | "email" | "fbMessengerId") => {
    const written = row[kind];
    return typeof written === "string"
      ? normaliseAddress(kind, written, { path: kind, country })
      : null;
  };
  const addresses = {
    phoneNumber: address("phoneNumber"),
    email: address("email"),
    fbMessengerId: address("fbMessengerId"),
  };
  if (row.id === undefined && Object.values(addresses).every((one) => one === null)) {
    throw invalid("", "Name an id, a phone number or an e-mail address.");
  }
  return { ...row, ...addresses, index, newId: newId() };
}

/**
 * The rows in turns, none of which names an id or address twice: a later row finds what an earlier
 * one has made.
 */
function turns(rows: Row[]): Row[][] {
  const last = new Map<string, number>();
  const all: Row[][] = [];
  for (const row of rows) {
    const names = namesOf(row);
    const turn = Math.max(-1, ...names.map((name) => last.get(name) ?? -1)) + 1;
    for (const name of names) last.set(name, turn);
    all[turn] ??= [];
    all[turn].push(row);
  }
  return all;
}

function namesOf({ id, phoneNumber, email, fbMessengerId }: Row): string[] {
  const number = phoneNumber && matchKey(phoneNumber);
  const named = { id, phoneNumber: number, email: email?.toLowerCase(), fbMessengerId };
  return Object.entries(named).flatMap(([kind, value]) => (value ? [`${kind} ${value}`] : []));
}

/** Rows that collided with another request are retried; what has been imported already stays. */
async function importTurn(sql: Sql, rows: Row[], wish: Wish): Promise<Became[]> {
  const done: Became[] = [];
  let left = rows;
  for (let attempt = 1; left.length > 0; attempt++) {
    const became = await runImport(sql, left, wish).catch((error: unknown) => {
      if (attempt < attempts && isRace(error)) return [];
      throw error;
    });
    done.push(...became.filter(({ outcome }) => outcome !== "again" || attempt === attempts));
    const over = new Set(done.map(({ index }) => index));
    left = left.filter(({ index }) => !over.has(index));
  }
  return done;
}

function runImport(sql: Sql, rows: Row[], { caller, reason, dryRun }: Wish): Promise<Became[]> {
  return sql<Became[]>`
    select index, outcome, "profileId", holders, changes, kept, refusals
    from import_profiles(${sql.json(rows as never)}, ${sql.json(caller.actor)}, ${reason ?? null},
      ${dryRun})`;
}

/** Two requests created the same profile, or deadlocked. */
function isRace(error: unknown): boolean {
  return (
    error instanceof postgres.PostgresError && ["23505", "40001", "40P01"].includes(error.code)
  );
}

function resultOf(became: Became): ImportResult {
  const { index, outcome, profileId, holders, changes, kept, refusals: why } = became;
  if (outcome === "created" || outcome === "updated" || outcome === "unchanged") {
    const result = { index, outcome, profileId, optIn: changes, keptOut: kept };
    return Object.keys(why).length > 0 ? { ...result, refusals: why } : result;
  }
  return refused(index, refusals[knownOutcome(outcome, refusalNames)], holders);
}

const refusals = {
  again: new Problem(
    "unavailable",
    "Another request was making this person at this instant. Import the row again.",
  ),
  two_profiles: new Problem(
    "two_profiles",
    "The id and the addresses belong to different profiles. Merge them first, or name one.",
  ),
  other_address: new Problem(
    "address_in_use",
    "The profile has another address of this kind. An import replaces no address: change it there.",
  ),
  too_much: tooManyProperties(),
};
const refusalNames = Object.keys(refusals) as (keyof typeof refusals)[];

function refused(
  index: number,
  { code, message, issues }: Problem,
  profileIds?: string[],
): ImportResult {
  const detail = issues?.length === 1 ? (issues[0]?.message ?? message) : message;
  const problem = {
    code,
    detail,
    ...(issues ? { issues } : {}),
    ...(profileIds ? { profileIds } : {}),
  };
  return { index, outcome: "refused", profileId: null, optIn: {}, keptOut: {}, problem };
}
