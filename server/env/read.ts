// How the settings of a transport are read: variable by variable, and whole in the end.

import { CannotStart } from "./cannot-start.ts";

/**
 * What reads one variable: undefined where it is absent, `CannotStart` where `parse` gives
 * undefined.
 */
export type Read = <T>(
  name: string,
  parse: (text: string) => T | undefined,
  expected: string,
) => T | undefined;

/** Settings of which some may be missing, by the name of the variable that would bring them. */
export type Partly<Settings> = { settings: Settings; needed: Record<string, unknown> };

/** The settings, or `CannotStart` with the variables that are missing for a transport. */
export function whole<Settings>(
  transport: string,
  { settings, needed }: Partly<Settings>,
): Settings {
  const missing = Object.keys(needed).filter((name) => needed[name] === undefined);
  if (missing.length === 0) return settings;
  throw new CannotStart(
    `${missing.join(", ")} must be set, because a channel is sent by ${transport}; set ${missing.length > 1 ? "them" : "it"}, or choose another transport.`,
  );
}
