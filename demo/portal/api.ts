// The only network code of the portal. Failures are a PortalProblem, whose message a person can
// read.

import type {
  Broadcast,
  BroadcastPreview,
  NewBroadcast,
  Preview,
} from "../../server/schemas/broadcasts.ts";
import type { Channel } from "../../server/schemas/channels.ts";
import type {
  ConsentEvent,
  EveryOptIn,
  Evidence,
  Flag,
  OptIn,
} from "../../server/schemas/flags.ts";
import type { Form, FormBody, FormWithWordings, Snippets } from "../../server/schemas/forms.ts";
import type { HeldBack, HeldBackKey } from "../../server/schemas/held-back.ts";
import type { ImportBody, Imported } from "../../server/schemas/imports.ts";
import type { Inbound } from "../../server/schemas/inbounds.ts";
import type { Key, Scope } from "../../server/schemas/keys.ts";
import type { LinkPurpose } from "../../server/schemas/links.ts";
import type { Message } from "../../server/schemas/messages.ts";
import type {
  ManyOptedOut,
  NewProfile,
  Profile,
  ProfilePatch,
} from "../../server/schemas/profiles.ts";
import type {
  PresetAdded,
  PresetBody,
  Rule,
  RuleBody,
  RuleTest,
  RuleTested,
} from "../../server/schemas/rules.ts";
import type { Filled } from "../../server/schemas/sample-data.ts";
import type { ListedSession, SessionState, SignInBody } from "../../server/schemas/session.ts";
import type { FirstSteps, FormStatistics, Statistics } from "../../server/schemas/statistics.ts";

/** A signed link, and when it ends. */
export type Link = { url: string; expiresAt: string };

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

export const readSession = () => call<SessionState>("GET", "/session");
export const signIn = (body: SignInBody) => call<SessionState>("POST", "/session", { body });
/** Also forgets unsaved drafts in this tab. */
export const signOut = async () => {
  await call<void>("DELETE", "/session");
  sessionStorage.clear();
};

export const readDefaults = () => call<EveryOptIn>("GET", "/v1/profiles/optin");
export const setDefaults = (body: OptIn) => call<EveryOptIn>("PUT", "/v1/profiles/optin", { body });

export const listRules = (cursor?: string) =>
  call<Page<Rule>>("GET", "/v1/rules", { query: { limit: 200, cursor } });
export const createRule = (body: RuleBody) => call<Rule>("POST", "/v1/rules", { body });
export const replaceRule = (id: string, body: RuleBody) =>
  call<Rule>("PUT", `/v1/rules/${id}`, { body });
export const deleteRule = (id: string) => call<void>("DELETE", `/v1/rules/${id}`);
export const addPreset = (body: PresetBody) =>
  call<PresetAdded>("POST", "/v1/rules/presets", { body });
export const testRules = (body: RuleTest, signal?: AbortSignal) =>
  call<RuleTested>("POST", "/v1/rules/test", { body, signal });

export const listForms = (cursor?: string) =>
  call<Page<Form>>("GET", "/v1/forms", { query: { cursor } });
export const readForm = (id: string) => call<FormWithWordings>("GET", `/v1/forms/${id}`);
export const createForm = (body: FormBody) => call<Form>("POST", "/v1/forms", { body });
export const replaceForm = (id: string, body: FormBody) =>
  call<Form>("PUT", `/v1/forms/${id}`, { body });
export const deleteForm = (id: string) => call<void>("DELETE", `/v1/forms/${id}`);
export const listHeldBack = () => call<{ items: HeldBack[] }>("GET", "/v1/forms/held-back");
export const liftHeldBack = (body: HeldBackKey) =>
  call<void>("POST", "/v1/forms/held-back/lift", { body });
export const readSnippets = (id: string) => call<Snippets>("GET", `/v1/forms/${id}/snippet`);

export const listMessages = (query: MessageFilter = {}) =>
  call<Page<Message>>("GET", "/v1/messages", { query });
export const listInbounds = (query: InboundFilter = {}) =>
  call<Page<Inbound>>("GET", "/v1/messages/inbounds", { query });
export const receiveMessage = (body: {
  channel: Channel;
  from: string;
  to: string;
  body: string;
}) => call<Inbound>("POST", "/v1/messages/inbounds", { body });

export const listBroadcasts = (cursor?: string) =>
  call<Page<Broadcast>>("GET", "/v1/broadcasts", { query: { cursor } });
export const readBroadcast = (id: string) => call<Broadcast>("GET", `/v1/broadcasts/${id}`);
export const previewBroadcast = (body: BroadcastPreview, signal?: AbortSignal) =>
  call<Preview>("POST", "/v1/broadcasts/preview", { body, signal });
/** A second call with the same `key` creates no second broadcast. */
export const createBroadcast = (body: NewBroadcast, key: string) =>
  call<Broadcast>("POST", "/v1/broadcasts", { body, key });
export const changeBroadcast = (id: string, verb: "pause" | "resume" | "cancel") =>
  call<Broadcast>("POST", `/v1/broadcasts/${id}/${verb}`);

export const listProfiles = (
  query: { search?: string | undefined; cursor?: string | undefined },
  signal?: AbortSignal,
) => call<Page<Profile>>("GET", "/v1/profiles", { query, signal });
export const createProfile = (body: Partial<NewProfile>) =>
  call<Profile>("POST", "/v1/profiles", { body });
export const updateProfile = (id: string, body: Partial<ProfilePatch>) =>
  call<Profile>("PATCH", `/v1/profiles/${id}`, { body });
/** `forget` also erases all personal data. */
export const deleteProfile = (id: string, { forget = false } = {}) =>
  call<void>("DELETE", `/v1/profiles/${id}`, { query: { forget: forget ? "true" : undefined } });
export const makeLink = (id: string, purpose: LinkPurpose) =>
  call<Link>("POST", `/v1/profiles/${id}/links`, { body: { for: purpose } });
export const optOutMany = (body: { profileIds: string[]; channels: Channel[]; reason: string }) =>
  call<ManyOptedOut>("POST", "/v1/profiles/optout", { body });
export const importProfiles = (body: ImportBody, signal?: AbortSignal) =>
  call<Imported>("POST", "/v1/profiles/import", { body, signal });
export const readProfile = (id: string) => call<Profile>("GET", `/v1/profiles/${id}`);
export const readFlags = (id: string) => call<{ items: Flag[] }>("GET", `/v1/profiles/${id}/optin`);
export const listEvents = (id: string, cursor?: string) =>
  call<Page<ConsentEvent>>("GET", `/v1/profiles/${id}/events`, { query: { cursor } });
export const setFlags = (id: string, body: { optIn: OptIn; reason: string; evidence?: Evidence }) =>
  call<Profile>("PATCH", `/v1/profiles/${id}`, { body });

export const listKeys = () => call<{ items: Key[] }>("GET", "/v1/keys");
export const createKey = (body: { name: string; scopes: Scope[] }) =>
  call<Key & { key: string }>("POST", "/v1/keys", { body });
export const listSessions = () => call<{ items: ListedSession[] }>("GET", "/v1/sessions");
export const endSession = (id: string) => call<void>("DELETE", `/v1/sessions/${id}`);
/** Every session, including this browser's. Also forgets unsaved drafts in this tab. */
export const endAllSessions = async () => {
  await call<void>("DELETE", "/v1/sessions");
  sessionStorage.clear();
  window.dispatchEvent(new Event(signedOut));
};
export const revokeKey = (id: string) => call<void>("DELETE", `/v1/keys/${id}`);

type Part = {
  cursor?: string | undefined;
  profileId?: string | undefined;
  channel?: Channel | undefined;
};
export type InboundFilter = Part;
export type MessageFilter = Part & {
  status?: Message["status"] | undefined;
  broadcast?: string | undefined;
};

type Days = { days: number; zone: string };
export const readStatistics = (query: Days, signal?: AbortSignal) =>
  call<Statistics>("GET", "/v1/statistics", { query, signal });
export const readFormStatistics = (query: Days) =>
  call<FormStatistics>("GET", "/v1/statistics/forms", { query });
export const readFirstSteps = () => call<FirstSteps>("GET", "/v1/statistics/first-steps");
export const addSampleData = () => call<Filled>("POST", "/v1/sample-data");

type Query = Record<string, string | number | undefined>;

type Call = { query?: Query; body?: unknown; key?: string; signal?: AbortSignal | undefined };

async function call<Answer>(
  method: string,
  path: string,
  { query = {}, body, key, signal }: Call = {},
): Promise<Answer> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${path}${search(query)}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(key === undefined ? {} : { "Idempotency-Key": key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new PortalProblem(
      "unreachable",
      "The server could not be reached. Check your connection and try again.",
    );
  }
  if (response.ok) return (text === "" ? undefined : JSON.parse(text)) as Answer;
  if (response.status === 401) window.dispatchEvent(new Event(signedOut));
  throw problemOf(text);
}

function search(query: Query): string {
  const entries = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return entries.length === 0 ? "" : `?${new URLSearchParams(entries)}`;
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
