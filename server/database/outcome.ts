// What an SQL function answers in words: one that this version does not know is an error.

/**
 * The outcome that an SQL function answered, one of these. Throws for any other: what is not known
 * must never count as done.
 */
export function knownOutcome<const Name extends string>(
  outcome: string,
  known: readonly Name[],
): Name {
  const found = known.find((name) => name === outcome);
  if (found === undefined) {
    throw new Error(`The database answered "${outcome}", which this version does not know.`);
  }
  return found;
}
