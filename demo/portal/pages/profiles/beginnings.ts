// How a profile began, as one row of its timeline.

import type { Channel } from "../../../../server/schemas/channels.ts";
import type { ConsentEvent, OptIn } from "../../../../server/schemas/flags.ts";

/** A change of one flag. */
export type Change = ConsentEvent & { channel: Channel; to: boolean };

/** The beginning of a profile: what each channel was by default. */
export type Beginning = { channel: null; began: OptIn; at: string };

/** The events, with those by which version 0.3 began a profile, one for each channel, as one. */
export function joinBeginnings(events: readonly ConsentEvent[]): (Change | Beginning)[] {
  const joined: (Change | Beginning)[] = [];
  for (const event of events) {
    const last = joined.at(-1);
    if (isChange(event)) joined.push(event);
    else if (last?.channel === null && last.at === event.at)
      Object.assign(last.began, began(event));
    else joined.push({ channel: null, began: began(event), at: event.at });
  }
  return joined;
}

function isChange(event: ConsentEvent): event is Change {
  return event.channel !== null && !(event.from === null && event.source === "default");
}

function began(event: ConsentEvent): OptIn {
  return event.channel === null ? { ...event.began } : { [event.channel]: event.to };
}
