// <opt-in-form> in the visitor's language: that of the form, of the page, or of the browser.

import { expect } from "chai";
import { aForm, asked, inside, reaches, send, show } from "./support/forms.ts";

const root = document.documentElement;

afterEach(() => {
  document.body.replaceChildren();
  root.lang = "";
});

const askedFor = async (form: { id: string }) =>
  (await asked(form as never)).map(({ url }) =>
    new URL(url, location.href).searchParams.get("lang"),
  );

describe("the language of a form", () => {
  it("is the page's, in the request", async () => {
    root.lang = "pt-BR";
    const form = aForm();
    await show(form);
    expect(await askedFor(form)).to.deep.equal(["pt-BR"]);
  });

  it("is that of the nearest element around it, in the request", async () => {
    root.lang = "en";
    document.body.innerHTML = `<main lang="ja"><div></div></main>`;
    const form = aForm();
    await show(form, { into: document.querySelector("div") as Element });
    expect(await askedFor(form)).to.deep.equal(["ja"]);
  });

  it("is left to the browser's header if the page has none", async () => {
    const form = aForm();
    await show(form);
    expect(await askedFor(form)).to.deep.equal([""]);
  });

  it("is used for the problems of a submission", async () => {
    const form = aForm({ language: "pl" });
    const element = await show(form);
    send(element, "07700 900123");
    await reaches(element, "done");
    expect((await askedFor(form))[1]).to.equal("pl");
  });

  it("is declared for screen readers, with its direction", async () => {
    const element = await show(aForm({ language: "ar" }));
    const card = inside(element, ".card");
    expect(card.closest("[lang]")?.getAttribute("lang")).to.equal("ar");
    expect(getComputedStyle(card).direction).to.equal("rtl");
    expect(getComputedStyle(inside(element, "#address")).direction).to.equal("ltr");
  });

  it("keeps its direction on a page that runs the other way", async () => {
    root.dir = "rtl";
    const element = await show(aForm({ language: "de" }));
    const { direction } = getComputedStyle(inside(element, ".card"));
    root.dir = "";
    expect(direction).to.equal("ltr");
  });

  for (const [lang, words] of [
    ["de-CH", "Formular neu laden"],
    ["ja", "フォームを再読み込み"],
    ["tlh", "Reload the form"],
  ] as const) {
    it(`is known before the form has loaded: ${lang}`, async () => {
      root.lang = lang;
      const element = await show(aForm(), { answers: { get: { breaks: true } }, state: "failed" });
      expect(inside(element, "button").textContent).to.equal(words);
    });
  }
});
