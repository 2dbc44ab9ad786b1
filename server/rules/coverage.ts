// Which pieces of a row of words cover it without a gap.

type Span = { start: number; end: number };

/**
 * What the pieces cover from the left and from the right; they must be in the order in which they
 * begin.
 */
export function coverage(pieces: readonly Span[], length: number) {
  const fromLeft = new Array<boolean>(length + 1).fill(false);
  const fromRight = new Array<boolean>(length + 1).fill(false);
  fromLeft[0] = true;
  fromRight[length] = true;
  for (const { start, end } of pieces) if (fromLeft[start]) fromLeft[end] = true;
  for (const { start, end } of [...pieces].reverse()) if (fromRight[end]) fromRight[start] = true;
  const left = ({ start }: Span) => fromLeft[start] === true;
  const right = ({ end }: Span) => fromRight[end] === true;
  return {
    left,
    right,
    both: (piece: Span) => left(piece) && right(piece),
    whole: fromLeft[length] === true,
  };
}
