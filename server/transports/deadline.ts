// When something may no longer begin, by both clocks of this machine.

/** An instant to come; it is past as soon as either clock says so. */
export type Deadline = { isPast(): boolean };

/**
 * The instant in so many milliseconds. The monotonic clock stands still while a virtual machine is
 * suspended, so the wall clock must agree; one that was set back says nothing, and counts as past.
 */
export function deadline(milliseconds: number): Deadline {
  const [began, wallBegan] = [performance.now(), Date.now()];
  return {
    isPast() {
      const wall = Date.now() - wallBegan;
      return performance.now() - began > milliseconds || wall > milliseconds || wall < 0;
    },
  };
}
