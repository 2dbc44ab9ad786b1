// The requests to the servers.

import { request } from "./load.ts";
import { phoneNumber, type Stage } from "./stage.ts";

/** Reads each profile by its phone number, in no particular order. */
export function readRequests({ key, profiles }: Stage): string[] {
  const headers = { Authorization: `Bearer ${key}` };
  return shuffled(profiles).map((index) => {
    const path = `/v1/profiles?phoneNumber=${encodeURIComponent(phoneNumber(index))}`;
    return request("GET", path, { headers });
  });
}

/**
 * Submits the first form for every profile, then the other: each makes an event. Every person has
 * an address of their own.
 */
export function submitRequests({ profiles, forms }: Stage): string[] {
  const people = shuffled(profiles);
  return forms.flatMap((form) =>
    people.map((index) =>
      request("POST", `/public/forms/${form}/submissions`, {
        headers: {
          "X-Forwarded-For": `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
          "User-Agent": "Mozilla/5.0 (X11; Linux x64; rv:140.0) Gecko/20100101 Firefox/140.0",
        },
        body: { address: phoneNumber(index), wording: 1 },
      }),
    ),
  );
}

/** 0 to count - 1, each once, always in the same order. */
function shuffled(count: number): number[] {
  // Steps of a prime that does not divide the count reach every index.
  return Array.from({ length: count }, (_, step) => (step * 7_919) % count);
}
