// Which wishes to set a flag are not followed, and why: every source over every state.

import assert from "node:assert/strict";
import { after, before, describe, it, test } from "node:test";
import { refusalToSet, source } from "../../../server/schemas/flags.ts";
import { type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.end());

const optedOutAt = "2026-03-01T12:00:00Z";

/** What a cell of a table says: followed, or why not. */
const words: Record<string, string | null> = {
  yes: null,
  so: "already_so",
  old: "older_than_opt_out",
  out: "opted_out",
  person: "person_opted_out",
  carrier: "carrier_opted_out",
  forgotten: "forgotten",
};

/** A row is the flag as it is, in or out and by which source; a column is who wishes. */
const tables: { wish: boolean; evidence?: object; name: string; table: string }[] = [
  {
    name: "an opt-in without evidence",
    wish: true,
    table: `
                    form      rule      api       portal    preferences import
    in default      yes       yes       yes       yes       yes         so
    in form         yes       yes       yes       yes       yes         so
    in rule         yes       yes       yes       yes       yes         so
    in api          yes       yes       yes       yes       yes         so
    in portal       yes       yes       yes       yes       yes         so
    in preferences  yes       yes       yes       yes       yes         so
    in import       yes       yes       yes       yes       yes         so
    out default     yes       yes       yes       yes       yes         yes
    out api         yes       yes       yes       yes       yes         out
    out portal      yes       yes       yes       yes       yes         out
    out import      yes       yes       yes       yes       yes         out
    out rule        yes       yes       person    person    yes         person
    out preferences yes       yes       person    person    yes         person
    out unsubscribe yes       yes       person    person    yes         person
    out carrier     carrier   yes       carrier   carrier   carrier     carrier
    out forgotten   forgotten yes       forgotten forgotten forgotten   forgotten`,
  },
  {
    name: "an opt-in with evidence that says not when",
    wish: true,
    evidence: { text: "Yes" },
    table: `
                    api       portal    import
    in import       yes       yes       so
    out default     yes       yes       yes
    out api         yes       yes       out
    out portal      yes       yes       out
    out import      yes       yes       out
    out rule        person    person    person
    out preferences person    person    person
    out unsubscribe person    person    person
    out carrier     carrier   carrier   carrier
    out forgotten   forgotten forgotten forgotten`,
  },
  {
    name: "an opt-in with evidence of an act before the opt-out, or at its instant",
    wish: true,
    evidence: { text: "Yes", collectedAt: optedOutAt },
    table: `
                    api       portal    import
    in default      yes       yes       so
    in api          yes       yes       so
    out default     yes       yes       yes
    out api         old       old       old
    out portal      old       old       old
    out import      old       old       old
    out rule        old       old       old
    out preferences old       old       old
    out unsubscribe old       old       old
    out carrier     old       old       old
    out forgotten   old       old       old`,
  },
  {
    name: "an opt-in with evidence of an act after the opt-out",
    wish: true,
    evidence: { text: "Yes", collectedAt: "2026-03-01T12:00:00.001Z" },
    table: `
                    api       portal    import
    in default      yes       yes       so
    in api          yes       yes       so
    out default     yes       yes       yes
    out api         yes       yes       yes
    out portal      yes       yes       yes
    out import      yes       yes       yes
    out rule        yes       yes       yes
    out preferences yes       yes       yes
    out unsubscribe yes       yes       yes
    out carrier     yes       yes       yes
    out forgotten   yes       yes       yes`,
  },
  {
    name: "an opt-out",
    wish: false,
    table: `
                    rule  api  portal  preferences unsubscribe import carrier forgotten
    in default      yes   yes  yes     yes         yes         yes    yes     yes
    in form         yes   yes  yes     yes         yes         yes    yes     yes
    in rule         yes   yes  yes     yes         yes         yes    yes     yes
    in api          yes   yes  yes     yes         yes         yes    yes     yes
    in portal       yes   yes  yes     yes         yes         yes    yes     yes
    in preferences  yes   yes  yes     yes         yes         yes    yes     yes
    in import       yes   yes  yes     yes         yes         yes    yes     yes
    out default     yes   yes  yes     yes         yes         yes    yes     yes
    out api         yes   yes  yes     yes         yes         so     yes     yes
    out portal      yes   yes  yes     yes         yes         so     yes     yes
    out import      yes   yes  yes     yes         yes         so     yes     yes
    out rule        yes   so   so      yes         yes         so     yes     yes
    out preferences yes   so   so      so          yes         so     yes     yes
    out unsubscribe yes   so   so      yes         so          so     yes     yes
    out carrier     so    so   so      so          so          so     so      yes
    out forgotten   so    so   so      so          so          so     so      yes`,
  },
];

for (const { name, wish, evidence, table } of tables) {
  describe(name, () => {
    const [heads = "", ...rows] = table.trim().split("\n");
    const bys = heads.trim().split(/\s+/);
    for (const row of rows) {
      const [state = "", by = "", ...cells] = row.trim().split(/\s+/);
      const said = cells.map((cell, i) => `${bys[i]} ${cell}`).join(", ");
      it(`over ${state} by ${by}: ${said}`, async () => {
        assert.equal(cells.length, bys.length);
        const { sql } = app.database;
        const found = await sql<{ refusal: string | null }[]>`
          select refusal_to_set(
            p_opted_in => ${state === "in"}, p_source => ${by}, p_opted_out_at => ${optedOutAt},
            p_wish => ${wish}, p_by => w.by,
            p_evidence => ${evidence ? sql.json(evidence as never) : null}) as refusal
          from jsonb_array_elements_text(${sql.json(bys)}) with ordinality w (by, position)
          order by position`;
        assert.deepEqual(
          found.map(({ refusal }) => refusal),
          cells.map((cell) => words[cell]),
        );
      });
    }
  });
}

test("the tables have every source, as what set a flag and as who wishes", () => {
  const all = tables.map(({ table }) => table).join("\n");
  for (const each of source.options) assert.match(all, new RegExp(`\\b${each}\\b`));
});

test("the refusals of the database are those of the schema", async () => {
  const [{ text }] = await app.database.sql<[{ text: string }]>`
    select pg_get_functiondef('refusal_to_set'::regproc) as text`;
  const named = [...text.matchAll(/(?:then|else) '(\w+)'/g)].map(([, name]) => name);
  assert.deepEqual([...new Set(named)].sort(), [...refusalToSet.options].sort());
});
