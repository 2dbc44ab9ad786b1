// Days as people have them: from midnight to midnight of their own time zone.

/**
 * A day and the moments between which it lies, as ISO 8601 in UTC; also those between which its
 * whole hours lie.
 */
export type Day = {
  day: string;
  begins: string;
  firstHour: string;
  lastHour: string;
  ends: string;
};

/** The last `days` days in a time zone, oldest first; the last one is today. */
export function lastDays(days: number, zone: string, now = Date.now()): Day[] {
  const today = midnightLike(now + offsetAt(now, zone));
  return Array.from({ length: days }, (_, index) => {
    const midnight = today - (days - 1 - index) * dayLength;
    const begins = toUtc(midnight, zone);
    const ends = toUtc(midnight + dayLength, zone);
    return {
      day: new Date(midnight).toISOString().slice(0, 10),
      begins: new Date(begins).toISOString(),
      firstHour: new Date(Math.ceil(begins / hourLength) * hourLength).toISOString(),
      lastHour: new Date(Math.floor(ends / hourLength) * hourLength).toISOString(),
      ends: new Date(ends).toISOString(),
    };
  });
}

const hourLength = 3_600_000;
const dayLength = 24 * hourLength;

function midnightLike(wallTime: number): number {
  return Math.floor(wallTime / dayLength) * dayLength;
}

/** The moment at which clocks of a zone show a time, that time being given as if it were UTC. */
function toUtc(wallTime: number, zone: string): number {
  const close = wallTime - offsetAt(wallTime, zone);
  return wallTime - offsetAt(close, zone);
}

/** How far clocks of a zone are ahead of UTC at a moment, in milliseconds. */
function offsetAt(moment: number, zone: string): number {
  const parts = formatFor(zone).formatToParts(moment);
  const at = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(
    at("year"),
    at("month") - 1,
    at("day"),
    at("hour"),
    at("minute"),
    at("second"),
  );
  return shown - Math.floor(moment / 1000) * 1000;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(zone, made);
  return made;
}
