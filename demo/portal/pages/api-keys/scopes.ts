// What each scope lets a key do, in words for a person.

import type { Scope } from "../../../../server/schemas/keys.ts";

export type ScopeText = { name: string; explains: string };

/** Every scope, in the order in which they are offered. */
export const scopeTexts: Readonly<Record<Scope, ScopeText>> = {
  "messages:send": { name: "Send messages", explains: "Single messages, batches and broadcasts." },
  "messages:read": {
    name: "Read messages",
    explains: "What was sent and received, with its text.",
  },
  "messages:receive": {
    name: "Record inbound messages",
    explains: "Messages from people to you; rules act on them.",
  },
  "defaults:write": { name: "Change defaults", explains: "What new profiles start with." },
  "profiles:read": {
    name: "Read profiles",
    explains: "People, their addresses, flags and history.",
  },
  "profiles:write": {
    name: "Change profiles",
    explains: "Create and delete profiles, opt people in and out.",
  },
  "forms:read": { name: "Read forms", explains: "Opt-in forms, their wordings and code." },
  "forms:write": { name: "Change forms", explains: "Create, edit and delete opt-in forms." },
  "rules:read": { name: "Read rules", explains: "The words that opt in and out." },
  "rules:write": { name: "Change rules", explains: "Add, edit and delete keyword rules." },
  admin: {
    name: "Everything",
    explains: "Everything above, and keys and sign-in links. Only for your own scripts.",
  },
};

/** The scopes, in that order. */
export const scopes = Object.keys(scopeTexts) as Scope[];
