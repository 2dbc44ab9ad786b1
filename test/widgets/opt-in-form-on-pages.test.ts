// <opt-in-form> on other people's pages: their styles, directions, policies, events, and the plain
// form that it replaces.

import { expect } from "chai";
import type { PublicForm } from "../../server/schemas/forms.ts";
import { EmbeddedForm } from "../../widgets/embed/embedded-form.ts";
import type { FilledForm } from "../../widgets/opt-in-form/filled-form.ts";
import type { OptInForm } from "../../widgets/opt-in-form/opt-in-form.ts";
import { violationsIn } from "./support/axe.ts";
import {
  aForm,
  anEmailForm,
  asked,
  inside,
  problem,
  reaches,
  script,
  send,
  show,
  until,
} from "./support/forms.ts";

let plainForms = 0;

const field = (element: FilledForm) => inside<HTMLInputElement>(element, "#address");

afterEach(() => {
  document.body.replaceChildren();
  document.documentElement.removeAttribute("style");
  document.documentElement.dir = "";
});

describe("events", () => {
  it("say that the form can be filled in", async () => {
    const form = aForm();
    const ready = once("optin-ready");
    await show(form);
    const event = await ready;
    expect([event.form, event.channel]).to.deep.equal([form.id, "sms"]);
  });

  it("say that somebody opted in, without the address", async () => {
    const form = aForm();
    const element = await show(form);
    const submitted = once("optin-submitted");
    send(element, "07700 900123");
    const event = await submitted;
    expect([event.form, event.channel]).to.deep.equal([form.id, "sms"]);
    expect(JSON.stringify({ ...event })).not.to.contain("900123");
  });

  for (const [reason, post] of [
    ["closed", problem(410, "gone")],
    ["rate_limited", problem(429, "rate_limited")],
    ["origin_not_allowed", problem(403, "origin_not_allowed")],
    ["invalid", problem(422, "invalid")],
    ["unavailable", problem(503, "unavailable")],
    ["unreachable", { breaks: true }],
  ] as const) {
    it(`say that sending failed: ${reason}`, async () => {
      const element = await show(aForm(), { answers: { post } });
      const failed = once("optin-failed");
      send(element, "07700 900123");
      expect((await failed).reason).to.equal(reason);
    });
  }
});

describe("on a hostile page", () => {
  it("looks as it does elsewhere", async () => {
    const calm = looks(await show(aForm()));
    const style = document.createElement("style");
    style.textContent = `
      * { color: red; letter-spacing: 9px; text-transform: uppercase; line-height: 3; text-align:
      * center;
          font: italic 30px fantasy; white-space: nowrap; visibility: visible; word-spacing: 20px; }
      form, input, button, label, p { display: none !important; border: 9px solid red !important;
        }`;
    document.body.append(style);
    expect(looks(await show(aForm()))).to.deep.equal(calm);
  });

  it("keeps many forms apart", async () => {
    const forms = [
      aForm({ buttonText: "One" }),
      anEmailForm({ buttonText: "Two" }),
      aForm({ buttonText: "Three" }),
    ];
    const elements = await Promise.all(forms.map((form) => show(form)));
    send(elements[1] as OptInForm, "ann@example.com");
    await reaches(elements[1] as OptInForm, "done");
    expect(elements.map(({ state }) => state)).to.deep.equal(["ready", "done", "ready"]);
  });

  it("may be registered twice", async () => {
    const before = customElements.get("opt-in-form");
    const again = "../../widgets/define.ts?again";
    await import(again);
    expect(customElements.get("opt-in-form")).to.equal(before);
  });

  it("fits into 280 pixels", async () => {
    const narrow = document.createElement("div");
    narrow.style.width = "280px";
    document.body.append(narrow);
    const element = await show(
      aForm({ buttonText: "Donaudampfschifffahrtsgesellschaftsnachrichten" }),
      {
        into: narrow,
      },
    );
    expect(inside(element, ".card").scrollWidth).to.be.at.most(280);
  });

  it("takes its colours and corners from custom properties", async () => {
    const element = await show(aForm());
    element.style.setProperty("--optin-accent", "rgb(1, 2, 3)");
    element.style.setProperty("--optin-radius", "0px");
    const button = getComputedStyle(inside(element, "button"));
    await until(() => button.backgroundColor === "rgb(1, 2, 3)");
    expect(button.borderRadius).to.equal("0px");
  });
});

describe("right to left", () => {
  it("aligns the label to the right and writes the number from left to right", async () => {
    document.documentElement.dir = "rtl";
    const element = await show(aForm());
    const { direction, textAlign } = getComputedStyle(field(element));
    expect([direction, textAlign]).to.deep.equal(["ltr", "right"]);
    expect(getComputedStyle(inside(element, "label")).direction).to.equal("rtl");
  });

  it("keeps the direction of an Arabic text on an English page", async () => {
    const element = await show(aForm({ confirmationMessage: "أوافق على تلقي الرسائل." }));
    expect(getComputedStyle(inside(element, "#consent")).direction).to.equal("rtl");
  });
});

describe("less motion", () => {
  it("is respected by the style sheet", async () => {
    const element = await show(aForm());
    const rules =
      element.shadowRoot?.adoptedStyleSheets.flatMap(({ cssRules }) => [...cssRules]) ?? [];
    const media = rules.filter((rule) => rule instanceof CSSMediaRule);
    expect(media.map(({ conditionText }) => conditionText)).to.deep.equal([
      "(prefers-reduced-motion: reduce)",
    ]);
  });
});

describe("replacing the plain form of the iframe page", () => {
  it("makes no request, sends what was typed, and returns the sealed page", async () => {
    const form = aForm();
    await script(form);
    const element = takeOver(plain(form));
    await reaches(element, "ready");
    inside(element, "button").click();
    await reaches(element, "done");
    expect((await asked(form)).map(({ body }) => body)).to.deep.equal([
      { address: "07700", wording: 3, website: "", host: "sealed" },
    ]);
  });

  it("leaves the field as it is, so that typing goes on", async () => {
    const page = plain(aForm());
    const before = page.querySelector<HTMLInputElement>("#address");
    before?.focus();
    const element = takeOver(page);
    await reaches(element, "ready");
    expect([field(element), document.activeElement]).to.deep.equal([before, before]);
  });

  it("keeps the focus on the button while sending", async () => {
    const form = aForm();
    await script(form, { post: { waits: true } });
    const element = takeOver(plain(form));
    await reaches(element, "ready");
    inside(element, "button").focus();
    inside(element, "button").click();
    await reaches(element, "sending");
    await until(() => document.activeElement === inside(element, "button"));
    expect(element.querySelectorAll("form")).to.have.length(1);
    await script(form);
  });

  it("says what is wrong with an address, as on any page", async () => {
    const element = takeOver(plain(aForm(), "", ""));
    await reaches(element, "ready");
    inside(element, "button").click();
    await reaches(element, "invalid");
    expect(inside(element, "#error").textContent).to.equal("Please enter your phone number.");
  });

  it("keeps the error of the server", async () => {
    const element = takeOver(plain(aForm(), `<p class="error" id="error">Too short.</p>`));
    await reaches(element, "invalid");
    expect(inside(element, "#error").textContent).to.equal("Too short.");
  });
});

describe("accessibility, by axe", () => {
  const states: Record<string, () => Promise<OptInForm>> = {
    loading: () => show(aForm(), { answers: { get: { waits: true } }, state: "loading" }),
    "ready for a number": () => show(aForm({ defaultCountry: null })),
    "ready for an e-mail address": () => show(anEmailForm()),
    invalid: () => sent("x", "invalid"),
    sending: () => sent("07700 900123", "sending", { waits: true }),
    done: () => sent("07700 900123", "done"),
    failed: () => sent("07700 900123", "failed", problem(500, "internal")),
    "failed to load": () =>
      show(aForm(), { answers: { get: problem(500, "internal") }, state: "failed" }),
    closed: () => show(aForm(), { answers: { get: problem(410, "gone") }, state: "closed" }),
  };
  for (const scheme of ["light", "dark"]) {
    for (const [state, make] of Object.entries(states)) {
      it(`finds nothing: ${state}, ${scheme}`, async () => {
        document.documentElement.style.colorScheme = scheme;
        const element = await make();
        for (const animation of element.shadowRoot?.getAnimations() ?? []) animation.cancel();
        expect(await violationsIn(element)).to.deep.equal([]);
      });
    }
  }
});

function once<Name extends "optin-ready" | "optin-submitted" | "optin-failed">(name: Name) {
  return new Promise<HTMLElementEventMap[Name]>((resolve) => {
    document.body.addEventListener(name, resolve, { once: true });
  });
}

async function sent(
  address: string,
  state: "invalid" | "sending" | "done" | "failed",
  post?: object,
) {
  const element = await show(aForm(), post ? { answers: { post } } : {});
  send(element, address);
  await reaches(element, state);
  return element;
}

function looks(element: OptInForm) {
  return [".card", "label", "input", ".consent", "button"].map((selector) => {
    const found = inside(element, selector);
    const { width, height } = found.getBoundingClientRect();
    const { color, font, letterSpacing, textTransform, textAlign, display } =
      getComputedStyle(found);
    return {
      selector,
      width,
      height,
      color,
      font,
      letterSpacing,
      textTransform,
      textAlign,
      display,
    };
  });
}

/** The form as the server renders it, under a tag that no script has defined yet. */
function plain(form: PublicForm, error = "", address = "07700") {
  const element = document.createElement(`late-form-${++plainForms}`);
  element.setAttribute("form", form.id);
  element.setAttribute("content", JSON.stringify(form));
  element.innerHTML = `<form class="card"><input id="address" name="address" required
    value="${address}">${error}
    <input name="website"><input type="hidden" name="host" value="sealed"><button>Text
      me</button></form>`;
  document.body.append(element);
  return element;
}

/** As when the script arrives: the element upgrades around the plain form. */
function takeOver(element: HTMLElement) {
  customElements.define(element.localName, class extends EmbeddedForm {});
  return element as EmbeddedForm;
}
