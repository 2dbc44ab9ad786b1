// A form and its problems over HTTP, in the visitor's language.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { formBody, type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
let limited: TestApp;

before(async () => {
  const { build } = await import("../../../server/scripts/build.mjs");
  await build();
  app = await testApp();
  limited = await testApp({ limits: { client: 1, address: 0, confirmations: 0 } });
});

after(async () => {
  await app?.end();
  await limited?.end();
});

const make = async (more: object = {}, on = app): Promise<string> =>
  (await on.call("POST", "/v1/forms", formBody({ defaultCountry: null, ...more }))).body.id;

/** What a stranger's browser receives. */
const ask = (path: string, request: RequestInit = {}, on = app) => fetch(on.url + path, request);
const inGerman = { headers: { "Accept-Language": "de-DE,de;q=0.9,en;q=0.5" } };
const form = (fields: Record<string, string>) => ({
  method: "POST",
  body: new URLSearchParams(fields),
});

describe("the thanks of a form", () => {
  it("say to everyone, for SMS alone, that whoever replied STOP must text START", async () => {
    const id = await make({ thankYouText: "See you!" });
    const { texts, wording } = await (await ask(`/public/forms/${id}?lang=de`)).json();
    assert.match(texts.start, /STOP.*START/);
    const posted = form({ address: "+447700900123", wording: String(wording) });
    const html = await (await ask(`/embed/forms/${id}`, posted)).text();
    assert.match(html, /See you! If you have ever replied STOP/);
    for (const channel of ["email", "whatsApp"]) {
      const other = await make({ channel });
      assert.equal((await (await ask(`/public/forms/${other}`)).json()).texts.start, undefined);
    }
  });
});

describe("GET /public/forms/{id}", () => {
  it("answers in the language of the page, with its direction and texts", async () => {
    const { language, direction, texts } = await (
      await ask(`/public/forms/${await make()}?lang=ar-EG`)
    ).json();
    assert.deepEqual([language, direction, texts.label], ["ar", "rtl", "رقم هاتفكم"]);
  });

  it("answers in the browser's if the page has none, and lets the page keep its direction", async () => {
    const { language, direction } = await (
      await ask(`/public/forms/${await make()}`, inGerman)
    ).json();
    assert.deepEqual([language, direction], ["de", null]);
  });

  it("prefers the form's own language", async () => {
    const id = await make({ language: "pl" });
    const { language, direction } = await (await ask(`/public/forms/${id}?lang=de`)).json();
    assert.deepEqual([language, direction], ["pl", "ltr"]);
  });

  it("returns no more texts than the form needs", async () => {
    const { texts } = await (await ask(`/public/forms/${await make({ channel: "email" })}`)).json();
    assert.ok(JSON.stringify(texts).length < 1000);
    assert.doesNotMatch(JSON.stringify(texts), /phone|code/i);
  });

  it("tells caches what its answer depends on", async () => {
    assert.match(
      (await ask(`/public/forms/${await make()}`)).headers.get("Vary") ?? "",
      /Accept-Language/,
    );
  });
});

describe("a problem", () => {
  const submit = async (query: string, address: string) => {
    const response = await ask(`/public/forms/${await make()}/submissions${query}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ address, wording: 1 }),
    });
    return { status: response.status, ...(await response.json()) };
  };

  it("is explained to a visitor in the language that is asked for", async () => {
    const { status, code, detail, issues } = await submit("?lang=de", "0171 3920012");
    assert.deepEqual([status, code], [422, "invalid"]);
    assert.match(detail, /^Bitte geben Sie die Nummer mit Ländervorwahl ein/);
    assert.deepEqual(issues, [{ path: "address", message: detail }]);
  });

  it("is explained to a developer in words for developers", async () => {
    assert.match((await submit("", "0171 3920012")).issues[0].message, /^Write the phone number/);
  });

  it("is explained in the browser's language if the page has none", async () => {
    const { detail } = await (await ask("/public/forms/2222222222?lang=", inGerman)).json();
    assert.equal(detail, "Dieses Formular ist geschlossen.");
  });
});

describe("the iframe page", () => {
  it("is in the language of its address, and so is what it posts to", async () => {
    const html = await (await ask(`/embed/forms/${await make()}?lang=fr`)).text();
    assert.match(html, /<html lang="fr" dir="ltr" data-lang=""/);
    assert.match(html, /action="\/embed\/forms\/\w+\?lang=fr"/);
    assert.match(html, /Votre numéro de téléphone/);
  });

  it("says that only the browser chose its language, so that the page around it may choose", async () => {
    const html = await (await ask(`/embed/forms/${await make()}`, inGerman)).text();
    assert.match(html, /<html lang="de" dir="ltr" data-lang="de"/);
  });

  const failures: [string, number, RegExp, () => Promise<Response>][] = [
    [
      "a form that never was",
      404,
      /Dieses Formular ist geschlossen\./,
      () => ask("/embed/forms/2222222222", inGerman),
    ],
    [
      "a body that is none of ours",
      422,
      /Dieses Formular wurde geändert\./,
      async () => ask(`/embed/forms/${await make()}?lang=de`, form({ address: "x" })),
    ],
    [
      "a wording that never was",
      422,
      /Dieses Formular wurde geändert\./,
      async () =>
        ask(
          `/embed/forms/${await make()}?lang=de`,
          form({ address: "+447700900123", wording: "9" }),
        ),
    ],
    [
      "a page that may not show the form",
      403,
      /kann auf dieser Website nicht verwendet werden/,
      async () => {
        const id = await make({ allowedOrigins: ["https://a.example"] });
        const request = form({ address: "+447700900123", wording: "1" });
        return ask(`/embed/forms/${id}?lang=de`, {
          ...request,
          headers: { Origin: "https://b.example" },
        });
      },
    ],
    [
      "too many tries",
      429,
      /role="alert">Das waren zu viele Versuche\. Bitte versuchen Sie es in \d+ Sekunden? erneut/,
      async () => {
        const id = await make({}, limited);
        const request = () => form({ address: "+447700900123", wording: "1" });
        await ask(`/embed/forms/${id}`, request(), limited);
        return ask(`/embed/forms/${id}?lang=de`, request(), limited);
      },
    ],
  ];
  for (const [what, status, words, request] of failures) {
    it(`is a page in the visitor's language for ${what}`, async () => {
      const response = await request();
      const html = await response.text();
      assert.equal(response.status, status, html);
      assert.match(response.headers.get("Content-Type") ?? "", /^text\/html/);
      assert.match(html, /<html lang="de"/);
      assert.match(html, words);
    });
  }
});
