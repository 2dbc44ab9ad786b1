// Reads a CSV file piece by piece; the parser is loaded when somebody chooses a file.

/** The beginning of a file. */
export type OpenedFile = {
  file: File;
  encoding: string;
  delimiter: string;
  names: string[];
  first: string[][];
};

/** A line of a file: its cells, and how much of the file has been read, from 0 to 1. */
export type Lines = { lines: string[][]; read: number };

const pieceSize = 128 * 1024;

/** Reads the beginning of a file. Throws an error that a person can read. */
export async function openFile(file: File): Promise<OpenedFile> {
  if (file.size === 0) throw new Error("This file is empty.");
  const beginning = file.slice(0, 64 * 1024);
  const bytes = new Uint8Array(await beginning.arrayBuffer());
  if (bytes.includes(0))
    throw new Error("This is not a CSV file. Save the table as CSV (comma separated) first.");
  const encoding = isUtf8(bytes) ? "utf-8" : "windows-1252";
  const { default: Papa } = await import("papaparse");
  const text = new TextDecoder(encoding).decode(bytes);
  const { data, meta } = Papa.parse<string[]>(text, { preview: 6, skipEmptyLines: "greedy" });
  const [names = [], ...first] = data;
  if (names.every((name) => name.trim() === ""))
    throw new Error("The first line must name the columns.");
  if (first.length === 0) throw new Error("There are no lines below the column names.");
  return { file, encoding, delimiter: meta.delimiter, names, first };
}

/**
 * Reads the lines below the names in batches; the next batch waits until this one is processed.
 * Ends when `signal` aborts.
 */
export async function readLines(
  { file, encoding, delimiter }: OpenedFile,
  take: (piece: Lines) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { default: Papa } = await import("papaparse");
  let beginning = true;
  await new Promise<void>((resolve, reject) => {
    Papa.parse<string[]>(file, {
      encoding,
      delimiter,
      chunkSize: pieceSize,
      skipEmptyLines: "greedy",
      chunk({ data, meta }, parser) {
        parser.pause();
        const lines = beginning ? data.slice(1) : data;
        beginning = false;
        take({ lines, read: Math.min(1, meta.cursor / file.size) }).then(
          () => (signal.aborted ? parser.abort() : parser.resume()),
          (error) => {
            parser.abort();
            reject(error);
          },
        );
      },
      complete: () => resolve(),
      error: () => reject(new Error("This file could not be read to the end.")),
    });
  });
}

/** The last byte may be in the middle of a character; that is no error. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
