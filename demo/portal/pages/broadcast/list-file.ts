// Reads a CSV file of people. The parser is loaded when somebody chooses a file.

/** The columns of a file, and the one that most likely identifies people. */
export type ListFile = {
  file: File;
  columns: string[];
  column: string;
  listOf: "addresses" | "profileIds";
};

/** Reads a file's first line. Throws an error in words for a person. */
export async function openListFile(file: File): Promise<ListFile> {
  const rows = await read(file, 2);
  const columns = (rows[0] ?? []).map((name) => name.trim());
  if (columns.every((name) => name === ""))
    throw new Error("This file is empty: it needs a first line that names its columns.");
  const found = (pattern: RegExp) => columns.find((name) => pattern.test(name));
  const address = found(/phone|mobile|tel|number/i) ?? found(/mail/i) ?? found(/address/i);
  const id = found(/^(profile[ _-]?)?id$/i);
  return {
    file,
    columns,
    column: address ?? id ?? (columns[0] as string),
    listOf: address === undefined && id !== undefined ? "profileIds" : "addresses",
  };
}

/** The values of a column, without its empty cells. */
export async function entriesOfColumn({ file, columns, column }: ListFile): Promise<string[]> {
  const [, ...rows] = await read(file);
  const at = columns.indexOf(column);
  return rows.map((row) => (row[at] ?? "").trim()).filter(Boolean);
}

async function read(file: File, lines = 0): Promise<string[][]> {
  const { default: Papa } = await import("papaparse");
  return new Promise((resolve, reject) => {
    Papa.parse<string[]>(file, {
      preview: lines,
      skipEmptyLines: "greedy",
      complete: ({ data }) => resolve(data),
      error: () => reject(new Error("This file could not be read.")),
    });
  });
}
