// The error of a boot that fails for a reason that the operator can fix.

/** Ends the boot with its message as the one line that is shown: what is wrong, and what to do. */
export class CannotStart extends Error {
  override name = "CannotStart";
}
