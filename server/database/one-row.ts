// A statement that always returns a row and returned none did not run: nothing may be acknowledged
// because of it.

/** The first row of a statement that always answers one. Throws where there is none. */
export async function oneRow<Row>(statement: PromiseLike<readonly Row[]>): Promise<Row> {
  const [row] = await statement;
  if (row === undefined) {
    throw new Error("A statement that always answers a row answered none: it did not run.");
  }
  return row;
}
