// The name of a person, whichever column it came in.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fillIn } from "../../../server/messages/content.ts";
import { nameIn } from "../../../server/profiles/names.ts";

for (const [properties, name] of [
  [{ name: " Ada " }, "Ada"],
  [{ NAME: "Ada" }, "Ada"],
  [{ "Full name": "Ada Lovelace", "First name": "Ada" }, "Ada Lovelace"],
  [{ first_name: "Ada", LastName: "Lovelace" }, "Ada Lovelace"],
  [{ surname: "Lovelace" }, "Lovelace"],
  [{ name: "", firstName: "Ada" }, "Ada"],
  [{ name: 3, nickname: "Countess" }, ""],
  [{}, ""],
] as const) {
  test(`${JSON.stringify(properties)} names ${name || "nobody"}`, () => {
    assert.equal(nameIn(properties), name);
  });
}

test("{{profile.name}} is the name, whichever column it came in", () => {
  const say = (profile: Record<string, unknown>) =>
    fillIn("Hi {{profile.name}}!", { profile, unsubscribeUrl: null });
  assert.equal(say({ "First name": "Ada", "Last name": "Lovelace" }), "Hi Ada Lovelace!");
  assert.equal(say({ name: "Ada", "Full name": "Ada Lovelace" }), "Hi Ada!");
  assert.equal(say({ name: 3 }), "Hi 3!");
  assert.equal(say({}), "Hi !");
});
