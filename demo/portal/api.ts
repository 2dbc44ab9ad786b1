// The only network code of the portal, typed by the server's own routes. Failures are a
// PortalProblem, whose message a person can read.

import { type ClientResponse, hc } from "hono/client";
import type { Api } from "../../server/app.ts";
import type { BroadcastPreview, NewBroadcast } from "../../server/schemas/broadcasts.ts";
import type { Channel } from "../../server/schemas/channels.ts";
import type { Evidence, OptIn } from "../../server/schemas/flags.ts";
import type { FormBody } from "../../server/schemas/forms.ts";
import type { HeldBackKey } from "../../server/schemas/held-back.ts";
import type { ImportBody } from "../../server/schemas/imports.ts";
import type { Scope } from "../../server/schemas/keys.ts";
import type { LinkPurpose } from "../../server/schemas/links.ts";
import type { Message } from "../../server/schemas/messages.ts";
import type { NewProfile, ProfilePatch } from "../../server/schemas/profiles.ts";
import type {
  PresetBody,
  PresetChange,
  PresetPlace,
  RuleBody,
  RuleTest,
} from "../../server/schemas/rules.ts";
import type { SignInBody } from "../../server/schemas/session.ts";

/** A part of a list; `nextCursor` asks for the next one. */
export type Page<Item> = { items: Item[]; nextCursor: string | null };

/** What went wrong, in words for a person; `issues` says which field of a form. */
export class PortalProblem extends Error {
  readonly code: string;
  readonly issues: readonly { path: string; message: string }[];

  constructor(
    code: string,
    message: string,
    issues: readonly { path: string; message: string }[] = [],
  ) {
    super(message);
    this.code = code;
    this.issues = issues;
  }
}

/** Fired at the window when the server no longer knows the session. */
export const signedOut = "portal-signed-out";

const { session, v1 } = hc<Api>("/", { fetch: ask });
const { broadcasts, forms, keys, messages, profiles, rules, sessions, statistics } = v1;

export const readSession = () => answerOf(session.$get());
export const signIn = (json: SignInBody) => answerOf(session.$post({ json }));
/** Also forgets unsaved drafts in this tab. */
export const signOut = async () => {
  await session.$delete();
  sessionStorage.clear();
};

export const readDefaults = () => answerOf(profiles.optin.$get());
export const setDefaults = (json: OptIn) => answerOf(profiles.optin.$put({ json }));

export const listRules = (cursor?: string) =>
  answerOf(rules.$get({ query: { limit: "200", cursor } }));
export const createRule = (json: RuleBody) => answerOf(rules.$post({ json }));
export const replaceRule = (id: string, json: RuleBody) =>
  answerOf(rules[":id"].$put({ param: { id }, json }));
export const deleteRule = (id: string) => done(rules[":id"].$delete({ param: { id } }));
export const addPreset = (json: PresetBody) => answerOf(rules.presets.$post({ json }));
export const changePreset = (json: PresetChange) => answerOf(rules.presets.$patch({ json }));
export const deletePreset = (query: PresetPlace) => answerOf(rules.presets.$delete({ query }));
export const countOptOutWords = () => answerOf(rules["opt-out-words"].$get());
export const testRules = (json: RuleTest, signal?: AbortSignal) =>
  answerOf(rules.test.$post({ json }, until(signal)));

export const listForms = (cursor?: string) => answerOf(forms.$get({ query: { cursor } }));
export const readForm = (id: string) => answerOf(forms[":id"].$get({ param: { id } }));
export const createForm = (json: FormBody) => answerOf(forms.$post({ json }));
export const replaceForm = (id: string, json: FormBody) =>
  answerOf(forms[":id"].$put({ param: { id }, json }));
export const deleteForm = (id: string) => done(forms[":id"].$delete({ param: { id } }));
export const listHeldBack = () => answerOf(forms["held-back"].$get());
export const liftHeldBack = (json: HeldBackKey) => done(forms["held-back"].lift.$post({ json }));
export const readSnippets = (id: string) => answerOf(forms[":id"].snippet.$get({ param: { id } }));

export const listMessages = (query: MessageFilter = {}) => answerOf(messages.$get({ query }));
export const listInbounds = (query: InboundFilter = {}) =>
  answerOf(messages.inbounds.$get({ query }));
export const countWaiting = () => answerOf(messages.inbounds.waiting.$get());
export const answerInbound = (id: string, answer: "optOut" | "no") =>
  answerOf(messages.inbounds[":id"].answer.$put({ param: { id }, json: { answer } }));
export const reopenInbound = (id: string) =>
  answerOf(messages.inbounds[":id"].answer.$delete({ param: { id } }));
export const receiveMessage = (json: {
  channel: Channel;
  from: string;
  to: string;
  body: string;
}) => answerOf(messages.inbounds.$post({ json }));

export const listBroadcasts = (cursor?: string) => answerOf(broadcasts.$get({ query: { cursor } }));
export const readBroadcast = (id: string) => answerOf(broadcasts[":id"].$get({ param: { id } }));
export const previewBroadcast = (json: BroadcastPreview, signal?: AbortSignal) =>
  answerOf(broadcasts.preview.$post({ json }, until(signal)));
/** A second call with the same `key` creates no second broadcast. */
export const createBroadcast = (json: NewBroadcast, key: string) =>
  answerOf(broadcasts.$post({ json }, { headers: { "Idempotency-Key": key } }));
export const changeBroadcast = (id: string, verb: "pause" | "resume" | "cancel") =>
  answerOf(broadcasts[":id"][verb].$post({ param: { id } }));

export const listProfiles = (
  query: { search?: string | undefined; cursor?: string | undefined },
  signal?: AbortSignal,
) => answerOf(profiles.$get({ query }, until(signal)));
/** Profiles that have one phone in two spellings. */
export const listTwins = (signal?: AbortSignal) =>
  answerOf(profiles.$get({ query: { twins: "true", limit: "200" } }, until(signal)));
export const mergeProfiles = (id: string, from: string) =>
  answerOf(profiles[":id"].merge.$post({ param: { id }, json: { from } }));
export const createProfile = (json: Partial<NewProfile>) => answerOf(profiles.$post({ json }));
export const updateProfile = (id: string, json: Partial<ProfilePatch>) =>
  answerOf(profiles[":id"].$patch({ param: { id }, json }));
/** `forget` also erases all personal data. */
export const deleteProfile = (id: string, { forget = false } = {}) =>
  done(profiles[":id"].$delete({ param: { id }, query: forget ? { forget: "true" } : {} }));
export const makeLink = (id: string, purpose: LinkPurpose) =>
  answerOf(profiles[":id"].links.$post({ param: { id }, json: { for: purpose } }));
export const optOutMany = (json: { profileIds: string[]; channels: Channel[]; reason: string }) =>
  answerOf(profiles.optout.$post({ json }));
export const importProfiles = (json: ImportBody, signal?: AbortSignal) =>
  answerOf(profiles.import.$post({ json }, until(signal)));
export const readProfile = (id: string) => answerOf(profiles[":id"].$get({ param: { id } }));
export const readFlags = (id: string) => answerOf(profiles[":id"].optin.$get({ param: { id } }));
export const listEvents = (id: string, cursor?: string) =>
  answerOf(profiles[":id"].events.$get({ param: { id }, query: { cursor } }));
export const setFlags = (id: string, json: { optIn: OptIn; reason: string; evidence?: Evidence }) =>
  answerOf(profiles[":id"].$patch({ param: { id }, json }));

export const listKeys = () => answerOf(keys.$get());
export const createKey = (json: { name: string; scopes: Scope[] }) =>
  answerOf(keys.$post({ json }));
export const revokeKey = (id: string) => done(keys[":id"].$delete({ param: { id } }));
export const listSessions = () => answerOf(sessions.$get());
export const endSession = (id: string) => done(sessions[":id"].$delete({ param: { id } }));
/** Every session, including this browser's. Also forgets unsaved drafts in this tab. */
export const endAllSessions = async () => {
  await sessions.$delete();
  sessionStorage.clear();
  window.dispatchEvent(new Event(signedOut));
};

type Part = {
  cursor?: string | undefined;
  profileId?: string | undefined;
  channel?: Channel | undefined;
};
export type InboundFilter = Part & {
  likely?: "true" | undefined;
  matched?: "false" | undefined;
};
export type MessageFilter = Part & {
  status?: Message["status"] | undefined;
  broadcast?: string | undefined;
};

type Days = { days: number; zone: string };
export const readStatistics = ({ days, zone }: Days, signal?: AbortSignal) =>
  answerOf(statistics.$get({ query: { days: String(days), zone } }, until(signal)));
export const readFormStatistics = ({ days, zone }: Days) =>
  answerOf(statistics.forms.$get({ query: { days: String(days), zone } }));
export const readFirstSteps = () => answerOf(statistics["first-steps"].$get());
export const addSampleData = () => answerOf(v1["sample-data"].$post());

/** What the server answered; what it refused has been thrown by then. */
async function answerOf<Answer>(asked: Promise<ClientResponse<Answer>>): Promise<Answer> {
  return (await asked).json() as Promise<Answer>;
}

async function done(asked: Promise<unknown>): Promise<void> {
  await asked;
}

function until(signal: AbortSignal | undefined) {
  return signal ? { init: { signal } } : {};
}

/** As `fetch`, but throws for each answer that is no success, or that does not come whole. */
async function ask(...request: Parameters<typeof fetch>): Promise<Response> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(...request);
    text = await response.text();
  } catch (error) {
    if (request[1]?.signal?.aborted) throw error;
    throw new PortalProblem(
      "unreachable",
      "The server could not be reached. Check your connection and try again.",
    );
  }
  if (response.ok) return text === "" ? response : new Response(text, response);
  if (response.status === 401) window.dispatchEvent(new Event(signedOut));
  throw problemOf(text);
}

function problemOf(text: string): PortalProblem {
  try {
    const { code, detail, issues } = JSON.parse(text);
    // A single issue is clearer than "the request is not valid".
    return new PortalProblem(code, issues?.length === 1 ? issues[0].message : detail, issues);
  } catch {
    return new PortalProblem(
      "unavailable",
      "The server did not answer as it should. Try again in a moment.",
    );
  }
}
