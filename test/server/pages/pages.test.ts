// The pages that the server fills, and the built files below them.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { parse } from "acorn";
import { root } from "../../../server/env/root.ts";
import { closedPage, formPage, formPagePolicy, thanksPage } from "../../../server/pages/form.ts";
import { sitePage, sitePolicy, siteStartPage } from "../../../server/pages/site.ts";
import { snippets } from "../../../server/pages/snippets.ts";
import type { PublicForm } from "../../../server/schemas/forms.ts";
import { showForm } from "../../../server/texts/show-form.ts";

const hostile = `"><img src=x onerror=alert(1)>{{host}}<!-- form -->$&'`;
const form: PublicForm = {
  id: "abc123",
  channel: "sms",
  addressKind: "phoneNumber",
  wording: 3,
  confirmationMessage: "I agree.",
  buttonText: "Text me",
  businessName: "Salt & Crumb",
  privacyUrl: "https://example.com/privacy",
  thankYouText: "See you.",
  defaultCountry: "GB",
  confirm: "none",
  language: null,
};
const asked = { asks: "address", state: "ready", hints: {}, host: "sealed" } as const;
let template: string;
let siteTemplate: string;

before(async () => {
  const { build } = await import("../../../server/scripts/build.mjs");
  await build();
  template = built("widgets/embed/form.html");
  siteTemplate = built("demo/site/index.html");
});

it("each page wears the styles of its own element", () => {
  const tags = Object.entries({
    form: "opt-in-form",
    confirm: "opt-in-form",
    unsubscribe: "opt-in-form",
    preferences: "preference-toggles",
    editor: "profile-flag-editor",
  });
  for (const [page, tag] of tags) {
    const [, styles = ""] =
      /<style>([\s\S]*?)<\/style>/.exec(built(`widgets/embed/${page}.html`)) ?? [];
    assert.ok(styles.includes(`:is(${tag},.opt-in-form)`), page);
  }
});

describe("the iframe page", () => {
  const ready = (more: Partial<PublicForm> = {}) =>
    formPage({ ...asked, template, form: { ...form, ...more } });

  it("is a plain form that posts to the server", () => {
    assert.match(ready(), /<form class="card" method="post" action="\/embed\/forms\/abc123">/);
  });

  it("returns the wording and the sealed page", () => {
    assert.match(ready(), /name="wording" value="3"/);
    assert.match(ready(), /name="host" value="sealed"/);
  });

  it("gives the element the form, so that it makes no request", () => {
    const content = /<opt-in-form[^>]* content="([^"]*)"/.exec(ready())?.[1] ?? "";
    const text = content.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code));
    assert.deepEqual(JSON.parse(text), showForm(form, {}));
  });

  it("has a language, a direction and a title", () => {
    assert.match(ready(), /<html lang="en" dir="ltr"/);
    assert.match(ready(), /<title>Sign up for messages from Salt &#38; Crumb<\/title>/);
  });

  it("asks for an e-mail address if the form is for one", () => {
    assert.match(
      ready({ addressKind: "email", channel: "email" }),
      /type="email" inputmode="email" autocomplete="email"/,
    );
  });

  it("leaves out what the form does not have", () => {
    const page = ready({ businessName: null, privacyUrl: null });
    assert.doesNotMatch(page, /<p class="business"|<a /);
  });

  it("links to web addresses only", () => {
    assert.doesNotMatch(ready({ privacyUrl: "javascript:alert(1)" }), /<a /);
  });

  it("leaves no placeholder and no text of another state", () => {
    // The element's texts have places of their own.
    const page = ready().replace(/<opt-in-form[^>]*>/, "");
    assert.doesNotMatch(page, /\{\{|<!-- |Six-digit code/);
  });

  it("shows hostile text as text", () => {
    const texts = { businessName: hostile, confirmationMessage: hostile, buttonText: hostile };
    const page = formPage({
      ...asked,
      template,
      form: { ...form, ...texts },
      state: "invalid",
      host: hostile,
      address: hostile,
      error: hostile,
    });
    assert.doesNotMatch(page, /<img/);
    assert.match(page, /value="&#34;&#62;&#60;img src=x onerror=alert\(1\)&#62;\{\{host\}\}/);
  });

  it("says what is wrong and keeps what was typed", () => {
    const page = formPage({
      ...asked,
      template,
      form,
      state: "invalid",
      address: "12",
      error: "Too short.",
    });
    assert.match(page, /<title>Error: /);
    assert.match(page, /value="12"\s+aria-invalid="true"\s+aria-describedby="error"/);
    assert.match(page, /<p class="error" id="error">Too short\.<\/p>/);
  });

  it("thanks in the form's words, or in default ones", () => {
    const done = (thankYouText: string | null) =>
      thanksPage({ template, form: { ...form, thankYouText }, hints: {} });
    assert.match(done("See you."), /See you\./);
    assert.match(done(null), /Thank you\. You are on the list\./);
    assert.doesNotMatch(done("See you."), /<form|Thank you/);
  });

  it("says that it is closed", () => {
    assert.match(closedPage(template, "en"), /This form is closed\./);
    assert.doesNotMatch(closedPage(template, "en"), /<form/);
  });

  it("has no inline script, and a policy that names its style sheet", () => {
    assert.doesNotMatch(ready(), /<script(?![^>]* src=)| on\w+=| style=/);
    const css = /<style>([\s\S]*?)<\/style>/.exec(ready())?.[1] ?? "";
    const hash = createHash("sha256").update(css).digest("base64");
    assert.ok(
      formPagePolicy({ template, frameAncestors: [] }).includes(`style-src 'sha256-${hash}'`),
    );
  });

  it("may be framed by the form's origins, or by any", () => {
    const origins = ["https://a.example", "https://b.example"];
    assert.match(
      formPagePolicy({ template, frameAncestors: origins }),
      /frame-ancestors https:\/\/a\.example https:\/\/b\.example$/,
    );
    assert.match(formPagePolicy({ template, frameAncestors: [] }), /frame-ancestors \*$/);
  });
});

describe("the example page", () => {
  const publicUrl = "http://localhost:8080";

  it("contains the three snippets as pasted, and as text", () => {
    const code = snippets({ publicUrl, form });
    const page = sitePage({ template: siteTemplate, snippets: code });
    for (const snippet of Object.values(code)) assert.equal(page.split(snippet).length, 2);
    assert.match(page, /&#60;opt-in-form form=&#34;abc123&#34;&#62;/);
  });

  it("shows how to create a form if it knows none", () => {
    const page = siteStartPage({ template: siteTemplate, publicUrl });
    assert.match(page, /curl http:\/\/localhost:8080\/v1\/forms/);
    assert.doesNotMatch(page, /\{\{|<iframe|<script/);
  });

  it("allows only the API, and the tag manager's script by its hash", () => {
    const policy = sitePolicy({ publicUrl, snippets: snippets({ publicUrl, form }) });
    assert.match(policy, /script-src http:\/\/localhost:8080 'sha256-[\w+/=]+';/);
    assert.doesNotMatch(policy, /unsafe-inline|\*/);
  });
});

describe("the built scripts", () => {
  const weight = (name: string) => brotliCompressSync(built(name)).length;
  const iframeScript = () => /src="\/(widgets\/embed\/[^"]+\.js)"/.exec(template)?.[1] ?? "";

  it("weigh at most 9 kB for a page with one form", () => {
    const bytes = weight("widgets/opt-in-form.js");
    assert.ok(bytes <= 9000, `${bytes} bytes`);
  });

  it("weigh at most 9 kB for a page with one iframe, including the loader", () => {
    const bytes = weight(iframeScript()) + weight("widgets/embed.js");
    assert.ok(bytes <= 9000, `${bytes} bytes`);
  });

  it("point to the licences of their content", () => {
    for (const name of ["widgets/opt-in-form.js", iframeScript()]) {
      assert.match(built(name), /^\/\*! Licences: \/widgets\/licenses\.txt \*\//);
    }
    assert.match(built("widgets/licenses.txt"), /## lit - [\s\S]*Copyright \(c\) 2017 Google LLC/);
  });

  it("contain the loader as ES5", () => {
    assert.doesNotThrow(() => parse(built("widgets/embed.js"), { ecmaVersion: 5 }));
  });

  it("load no other file", () => {
    assert.doesNotMatch(built("widgets/opt-in-form.js"), /\bimport\s*[("'{]|from\s*["']/);
  });
});

function built(name: string) {
  return readFileSync(join(root, "dist", name), "utf8");
}
