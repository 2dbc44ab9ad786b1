// The result of a part: rows of one table.

export type Row = {
  what: string;
  ours: string;
  bare: string;
  ratio: string;
  target: string;
  ok: boolean;
};

type Measured = {
  what: string;
  ours: number;
  /** Absent if the target is an absolute number. */
  bare?: number;
  /** The value that is compared with the target; by default ours / bare, or ours. */
  ratio?: number;
  atLeast?: number;
  atMost?: number;
  unit?: string;
  digits?: number;
};

/** A row from numbers; `ok` if the ratio (or ours alone) meets the target. */
export function row({
  what,
  ours,
  bare,
  ratio,
  atLeast,
  atMost,
  unit = "",
  digits = 0,
}: Measured): Row {
  const judged = ratio ?? (bare === undefined ? ours : ours / bare);
  const show = (value: number) =>
    `${value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits })}${unit}`;
  return {
    what,
    ours: show(ours),
    bare: bare === undefined ? "" : show(bare),
    ratio: bare === undefined && ratio === undefined ? "" : judged.toFixed(2),
    target: targetOf(atLeast, atMost),
    ok: atLeast === undefined ? judged <= (atMost ?? Number.POSITIVE_INFINITY) : judged >= atLeast,
  };
}

function targetOf(atLeast: number | undefined, atMost: number | undefined): string {
  if (atLeast !== undefined) return `>= ${atLeast}`;
  return atMost === undefined ? "" : `<= ${atMost}`;
}

/** The median. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[(sorted.length - 1) >> 1], sorted[middle]];
  return (low + high) / 2;
}

/** The rows as text, columns aligned. */
export function table(rows: Row[]): string {
  const lines = [
    ["what", "ours", "bare", "ratio", "target", ""],
    ...rows.map(({ what, ours, bare, ratio, target, ok }) => [
      what,
      ours,
      bare,
      ratio,
      target,
      ok ? "ok" : "MISSED",
    ]),
  ];
  const widths = lines[0]?.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => {
          const width = widths?.[column] ?? 0;
          return column === 0 || column > 3 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
