// A made-up bakery's people and what they did: names of nobody, numbers set aside for fiction,
// mails to example.com.

import type { Channel } from "../schemas/channels.ts";
import type { Source } from "../schemas/flags.ts";

export type SamplePerson = {
  id: string;
  name: string;
  city: string;
  phoneNumber: string;
  email: string;
  /** When the first thing happened, as ISO 8601. */
  createdAt: string;
};

/**
 * One thing that happened: a flag that was set, or (without `optIn`) only a message that came in.
 */
export type SampleHappening = {
  profileId: string;
  channel: Channel;
  at: string;
  source?: Source;
  optIn?: boolean;
  reason?: string;
  /** The id of the form that was used. */
  form?: string;
  /** What was written, and the keyword in it. */
  body?: string;
  keyword?: string;
};

export type SampleStory = { people: SamplePerson[]; happenings: SampleHappening[] };

type Told = Omit<SampleHappening, "profileId" | "at"> & { at: number };

/** The forms that the story uses, by their ids. */
export const sampleForms = {
  sms: "sampleform1",
  whatsApp: "sampleform2",
  email: "sampleform3",
} as const;

const hour = 3_600_000;
const day = 24 * hour;

/** Two months of a small business, told from `now` backwards. */
export function tellStory(now: number): SampleStory {
  const random = randomFrom(20_261_123);
  const people: SamplePerson[] = [];
  const happenings: SampleHappening[] = [];
  for (let index = 0; index < 240; index++) {
    const by = certain(now)[index] ?? (index < 32 ? imported(now, random) : joined(now, random));
    const told = by.filter(({ at }) => at < now);
    const name = index === 239 ? "Ada Archer" : nameOf(index);
    const id = name.toLowerCase().replaceAll(" ", ".");
    people.push({
      id,
      name,
      city: pick(cities, random),
      phoneNumber: index === 239 ? "+447700900123" : phoneNumberOf(index),
      email: `${id}@example.com`,
      createdAt: new Date(Math.min(...told.map(({ at }) => at))).toISOString(),
    });
    for (const { at, ...what } of told)
      happenings.push({ profileId: id, ...what, at: new Date(at).toISOString() });
  }
  return { people, happenings: happenings.sort((a, b) => a.at.localeCompare(b.at)) };
}

type Random = () => number;

/**
 * What some people do at whatever time of day the story is told, so that it has each way in and
 * out; Ada stays in.
 */
function certain(now: number): Record<number, Told[]> {
  const ago = (days: number) => now - days * day;
  return {
    40: [viaForm("sms", ago(20)), { channel: "sms", source: "carrier", optIn: false, at: ago(12) }],
    41: [
      viaForm("sms", ago(18)),
      { channel: "sms", source: "rule", optIn: false, keyword: "stop", body: "STOP", at: ago(9) },
    ],
    42: [
      viaForm("email", ago(19)),
      { channel: "email", source: "unsubscribe", optIn: false, at: ago(8) },
    ],
    43: [
      viaForm("email", ago(17)),
      { channel: "email", source: "preferences", optIn: false, at: ago(6) },
    ],
    44: [
      {
        channel: "email",
        source: "api",
        optIn: true,
        reason: "Ticked at the checkout.",
        at: ago(15),
      },
    ],
    239: [viaForm("sms", ago(4))],
  };
}

/** A person of the list that the business had before. */
function imported(now: number, random: Random): Told[] {
  const at = now - 52 * day + Math.floor(random() * 60) * 1000;
  const reason = "From the newsletter that we had before.";
  const told: Told[] = [{ channel: "email", source: "import", optIn: true, reason, at }];
  if (random() < 0.25) told.push(viaForm("sms", daytime(now - random() * 40 * day, random)));
  return [...told, ...afterwards(told, now, random)];
}

/** A person who came lately, more of them week by week. */
function joined(now: number, random: Random): Told[] {
  const at = daytime(now - 5 * 60_000 - random() ** 1.4 * 29 * day, random);
  const way = random();
  const told: Told[] = [];
  if (way < 0.4) told.push(viaForm("sms", at));
  else if (way < 0.58) told.push(viaForm("whatsApp", at));
  else if (way < 0.86) told.push(viaForm("email", at));
  else {
    const checkout = { source: "api", optIn: true, reason: "Ticked at the checkout.", at } as const;
    told.push({ channel: "email", ...checkout }, { channel: "sms", ...checkout });
  }
  const more = (["sms", "whatsApp", "email"] as const).find((channel) =>
    told.every((one) => one.channel !== channel),
  );
  if (more && random() < 0.25) told.push(viaForm(more, daytime(at + random() * 6 * day, random)));
  return [...told, ...afterwards(told, now, random)];
}

/**
 * What becomes of it: most stay, some write STOP, some follow the link in a mail, some ask when the
 * shop is open.
 */
function afterwards(told: Told[], now: number, random: Random): Told[] {
  return told.flatMap(({ channel, at }): Told[] => {
    const later = Math.max(at + hour, daytime(at + (0.3 + random() * 13) * day, random));
    const fate = random();
    if (later > now) return [];
    if (channel === "email") {
      if (fate < 0.1) return [{ channel, source: "unsubscribe", optIn: false, at: later }];
      if (fate < 0.13) return [{ channel, source: "preferences", optIn: false, at: later }];
      return [];
    }
    if (fate < 0.15) {
      const [keyword, body] = pick(stopWords, random);
      return [{ channel, source: "rule", optIn: false, keyword, body, at: later }];
    }
    if (fate < 0.17) return [{ channel, source: "carrier", optIn: false, at: later }];
    if (fate < 0.21) return [{ channel, source: "preferences", optIn: false, at: later }];
    return fate < 0.27 ? [{ channel, body: pick(questions, random), at: later }] : [];
  });
}

function viaForm(channel: keyof typeof sampleForms, at: number): Told {
  return { channel, source: "form", optIn: true, form: sampleForms[channel], at };
}

/** The same moment, or where people sleep then the evening before. */
function daytime(at: number, random: Random): number {
  const sinceMidnight = at % day;
  return sinceMidnight >= 7 * hour ? at : at - sinceMidnight - (1 + random() * 4) * hour;
}

function nameOf(index: number): string {
  const first = firstNames[index % firstNames.length] as string;
  // 40 first and 37 last names share no factor: no two people have both.
  return `${first} ${lastNames[index % lastNames.length]}`;
}

/** 555-0100 to 555-0199 are nobody's, in any area. */
function phoneNumberOf(index: number): string {
  const area = ["212", "312", "415"][index % 3];
  return `+1${area}55501${String(Math.floor(index / 3)).padStart(2, "0")}`;
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[Math.floor(random() * items.length)] as Item;
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const cities = ["New York", "Chicago", "San Francisco", "Oakland", "Brooklyn", "Evanston"] as const;

const stopWords = [
  ["stop", "STOP"],
  ["stop", "Stop"],
  ["stop", "Stop please"],
  ["unsubscribe", "unsubscribe"],
  ["cancel", "CANCEL"],
  ["end", "End."],
] as const;

const questions = [
  "Are you open on Sunday?",
  "Is the rye gluten free?",
  "Can I order two sourdoughs for tomorrow?",
  "Thank you, see you at the counter!",
] as const;

// biome-ignore format: a list of names reads best as running text.
const firstNames = [
  "Amara", "Ben", "Carla", "Dmitri", "Elena", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Keiko",
  "Leo", "Mina", "Noah", "Olga", "Priya", "Quentin", "Rosa", "Sami", "Tara", "Umar", "Vera", "Wen",
  "Ximena", "Yusuf", "Zoe", "Aline", "Bruno", "Clara", "Diego", "Esther", "Felix", "Gita", "Hanna",
  "Ivan", "Julia", "Kofi", "Lena", "Marco", "Nora",
] as const;

// biome-ignore format: as above.
const lastNames = [
  "Adeyemi", "Baker", "Castillo", "Dubois", "Eriksen", "Fischer", "Garcia", "Haddad", "Ito",
  "Jensen", "Khan", "Lindqvist", "Moreau", "Novak", "Okafor", "Petrov", "Quinn", "Rossi", "Silva",
  "Tanaka", "Ueda", "Vargas", "Weber", "Xu", "Yilmaz", "Zhang", "Almeida", "Brandt", "Costa",
  "Dahl", "Evans", "Ferrari", "Gruber", "Horvat", "Iyer", "Jones", "Kowalski",
] as const;
