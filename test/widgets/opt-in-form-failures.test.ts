// biome-ignore-all lint/performance/useDomNodeTextContent: what counts is the text that people see.
// <opt-in-form> when things do not work: the network, the server, the form itself.

import { expect } from "chai";
import type { OptInForm } from "../../widgets/opt-in-form/opt-in-form.ts";
import { aForm, inside, problem, reaches, script, send, show, textOf } from "./support/forms.ts";

afterEach(() => document.body.replaceChildren());

const notice = (element: OptInForm) => inside(element, "[role=alert]").textContent;

async function sendInVain(post: object) {
  const form = aForm();
  const element = await show(form, { answers: { post } });
  send(element, "07700 900123");
  await reaches(element, "failed");
  return { form, element };
}

describe("a form that cannot be loaded", () => {
  it("keeps its size while loading", async () => {
    const form = aForm();
    const element = await show(form, {
      answers: { get: { waits: true, body: form } },
      state: "loading",
    });
    await element.updateComplete;
    expect(inside(element, ".card").ariaBusy).to.equal("true");
    const before = element.offsetHeight;
    await script(form);
    await reaches(element, "ready");
    expect(Math.abs(element.offsetHeight - before)).to.be.lessThan(8);
  });

  it("can be tried again", async () => {
    const form = aForm();
    const element = await show(form, { answers: { get: { breaks: true } }, state: "failed" });
    expect(notice(element)?.trim()).to.equal("Reload the form");
    await script(form);
    inside(element, "button").click();
    await reaches(element, "ready");
    expect(textOf(element)).to.contain("Text me");
  });

  for (const [status, code] of [
    [404, "not_found"],
    [410, "gone"],
  ] as const) {
    it(`is closed after a ${status}`, async () => {
      const detail = "This form is closed.";
      const element = await show(aForm(), {
        answers: { get: problem(status, code, { detail }) },
        state: "closed",
      });
      expect(textOf(element)).to.equal("This form is closed.");
    });
  }

  it("gives the server's reason", async () => {
    const detail = "This form cannot be used on this site.";
    const element = await show(aForm(), {
      answers: { get: problem(403, "origin_not_allowed", { detail }) },
      state: "failed",
    });
    expect(notice(element)).to.contain(detail);
  });

  it("survives an answer that is not JSON", async () => {
    const element = await show(aForm(), { answers: { get: { body: "<html>" } }, state: "failed" });
    expect(notice(element)).to.contain("Reload the form");
  });

  it("shows the form that was asked for last", async () => {
    const slow = aForm({ buttonText: "Old" });
    const element = await show(slow, {
      answers: { get: { waits: true, body: slow } },
      state: "loading",
    });
    const wanted = aForm({ buttonText: "New" });
    await script(wanted);
    element.form = wanted.id;
    await script(slow);
    await reaches(element, "ready");
    expect(inside(element, "button").innerText).to.equal("New");
  });
});

describe("a submission that fails", () => {
  it("keeps what was typed and can be sent again", async () => {
    const { form, element } = await sendInVain({ breaks: true });
    expect(inside<HTMLInputElement>(element, "#address").value).to.equal("07700 900123");
    await script(form);
    inside(element, "button").click();
    await reaches(element, "done");
    expect(textOf(element)).to.match(/^See you at the counter\.\s+If you have ever replied STOP/);
  });

  it("says that the service cannot be reached", async () => {
    expect(notice((await sendInVain({ breaks: true })).element)).to.contain(
      "could not reach the service",
    );
  });

  it("says that the visitor is offline", async () => {
    Object.defineProperty(navigator, "onLine", { value: false, configurable: true });
    const { element } = await sendInVain({ breaks: true });
    Reflect.deleteProperty(navigator, "onLine");
    expect(notice(element)).to.contain("You seem to be offline.");
  });

  it("says that the server has a problem", async () => {
    expect(notice((await sendInVain({ status: 502, body: "<html>" })).element)).to.contain(
      "on our side",
    );
  });

  it("says how long to wait after too many tries, in the server's words", async () => {
    const detail = "That was too many tries. Please try again in 40 seconds.";
    expect(notice((await sendInVain(problem(429, "rate_limited", { detail }))).element)).to.equal(
      detail,
    );
  });

  it("shows that the form was closed meanwhile", async () => {
    const detail = "This form is closed.";
    const element = await show(aForm(), { answers: { post: problem(410, "gone", { detail }) } });
    send(element, "07700 900123");
    await reaches(element, "closed");
    expect(textOf(element)).to.equal("This form is closed.");
  });
});
