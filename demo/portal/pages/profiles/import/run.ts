// Sends a file to the server in batches, and records the outcome of each line.

import type { Channel } from "../../../../../server/schemas/channels.ts";
import type { Imported, ImportResult } from "../../../../../server/schemas/imports.ts";
import { importProfiles } from "../../../api.ts";
import { channelNames } from "../../../channels.ts";
import { messageOf } from "../../../parts/loading.ts";
import { sourceName } from "../sources.ts";
import { type OpenedFile, readLines } from "./file.ts";
import { type Column, toRow } from "./mapping.ts";

export type Counts = Imported["counts"];

/** Why lines were refused, or their opt-ins ignored: how many lines, and the first of them. */
export type Finding = {
  detail: string;
  refused: boolean;
  lines: number;
  first: { line: number; who: string };
};

/** The progress of an import, or its outcome. */
export type Progress = {
  counts: Counts;
  lines: number;
  /** From 0 to 1. */
  read: number;
  /** What needs a person's attention, in the order found. */
  findings: Finding[];
  /** The report, line by line. */
  report: string[];
};

export type ImportPlan = {
  opened: OpenedFile;
  columns: Column[];
  country: string;
  reason: string;
  dryRun: boolean;
};

type Line = { line: number; cells: string[]; who: string };

/** Lines per call, few enough to show progress and to cancel quickly. */
const batchSize = 500;
const maxFindings = 20;

/**
 * Imports a file, or tries it with `dryRun`. Whatever was sent before `signal` aborted stays
 * imported.
 */
export async function runImport(
  plan: ImportPlan,
  { onProgress, signal }: { onProgress: (progress: Progress) => void; signal: AbortSignal },
): Promise<Progress> {
  const { default: Papa } = await import("papaparse");
  const progress: Progress = {
    counts: {
      created: 0,
      updated: 0,
      unchanged: 0,
      refused: 0,
      optedIn: 0,
      optedOut: 0,
      keptOut: 0,
    },
    lines: 0,
    read: 0,
    findings: [],
    report: [`\ufeff${reportHeader.join(",")}\r\n`],
  };
  await readLines(
    plan.opened,
    async ({ lines, read }) => {
      const before = progress.read;
      for (let start = 0; start < lines.length && !signal.aborted; start += batchSize) {
        const some = lines.slice(start, start + batchSize).map((cells, offset) => ({
          // The first line of the file names the columns.
          line: progress.lines + offset + 2,
          cells,
          who: whoIs(plan.columns, cells),
        }));
        const done = await importSome(plan, some, progress, signal);
        if (signal.aborted) return;
        const table = done.map(({ line, who, outcome, profiles, detail }) => [
          line,
          who,
          outcome,
          profiles,
          detail,
        ]);
        progress.report.push(
          `${Papa.unparse(table, { escapeFormulae: formula, newline: "\r\n" })}\r\n`,
        );
        progress.lines += some.length;
        progress.read = before + (read - before) * Math.min(1, (start + batchSize) / lines.length);
        onProgress({ ...progress });
      }
    },
    signal,
  );
  return progress;
}

const reportHeader = ["line", "person", "outcome", "profiles", "detail"];
// As in the export: a phone number stays as it is; anything else that begins like a formula becomes
// text.
const formula = /^(?!\+\d{7,15}$)[=+\-@\t\r\n＝＋－＠]/;

type Done = {
  line: number;
  who: string;
  outcome: ImportResult["outcome"];
  detail: string;
  /** The id of the profile, or of the profiles that conflict. */
  profiles: string;
};

async function importSome(
  plan: ImportPlan,
  lines: Line[],
  progress: Progress,
  signal: AbortSignal,
): Promise<Done[]> {
  const refused: Done[] = [];
  const sent: Line[] = [];
  const rows: unknown[] = [];
  for (const line of lines) {
    try {
      rows.push(toRow(plan.columns, line.cells));
      sent.push(line);
    } catch (error) {
      refused.push({
        line: line.line,
        who: line.who,
        outcome: "refused",
        detail: messageOf(error),
        profiles: "",
      });
    }
  }
  const answer = rows.length === 0 ? undefined : await send(plan, rows, signal);
  if (signal.aborted) return [];
  const { counts } = progress;
  counts.refused += refused.length;
  for (const name of Object.keys(counts) as (keyof Counts)[])
    counts[name] += answer?.counts[name] ?? 0;
  const done = [
    ...refused,
    ...(answer?.items ?? []).map((result) => toDone(result, sent[result.index] as Line)),
  ];
  done.sort((a, b) => a.line - b.line);
  for (const one of done) addFinding(progress.findings, one);
  return done;
}

function addFinding(findings: Finding[], { line, who, outcome, detail }: Done): void {
  if (detail === "") return;
  const known = findings.find((finding) => finding.detail === detail);
  if (known) known.lines++;
  else if (findings.length < maxFindings)
    findings.push({ detail, refused: outcome === "refused", lines: 1, first: { line, who } });
}

async function send(
  { country, reason, dryRun }: ImportPlan,
  rows: unknown[],
  signal: AbortSignal,
): Promise<Imported | undefined> {
  try {
    return await importProfiles(
      {
        rows,
        dryRun,
        defaultCountry: country === "" ? null : country,
        ...(reason === "" ? {} : { reason }),
      },
      signal,
    );
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

function toDone(result: ImportResult, { line, who }: Line): Done {
  const { outcome, profileId, keptOut, refusals, problem } = result;
  const kept = Object.entries(keptOut).map(([channel, source]) => {
    const later =
      refusals?.[channel] === "older_than_opt_out" ? ": that is newer than the proof" : "";
    return `${channelNames[channel as Channel]} stays opted out (by ${sourceName(source)})${later}`;
  });
  const profiles = profileId ?? problem?.profileIds?.join(" ") ?? "";
  return { line, who, outcome, profiles, detail: problem?.detail ?? kept.join("; ") };
}

function whoIs(columns: readonly Column[], cells: readonly string[]): string {
  for (const meaning of ["id", "phoneNumber", "email", "fbMessengerId"]) {
    const index = columns.findIndex((column) => column.meaning === meaning);
    const value = cells[index]?.trim();
    if (value) return value.slice(0, 100);
  }
  return "";
}
