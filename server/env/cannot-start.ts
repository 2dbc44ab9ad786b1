// The error of a boot that cannot go on for a reason that its operator can mend.

/** Ends the boot with its message as the one line that is shown: what is wrong, and what to do. */
export class CannotStart extends Error {
  override name = "CannotStart";
}
