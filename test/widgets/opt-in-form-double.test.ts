// <opt-in-form> of a double opt-in: it asks for the code, or says that a link is on its way.

import { expect } from "chai";
import type { PublicForm, ShownForm } from "../../server/schemas/forms.ts";
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
  textOf,
  until,
} from "./support/forms.ts";

const pending = (confirm: "link" | "code") => ({
  body: { status: "pending", confirm, thankYouText: null },
});
const done = { body: { status: "done", thankYouText: "See you at the counter." } };
const codeOf = (element: OptInForm) => inside<HTMLInputElement>(element, "#code");

afterEach(() => document.body.replaceChildren());

/** A form for phone numbers that was submitted and asks for the code. */
async function asksForCode({ code = done, ...more }: Partial<PublicForm> & { code?: object } = {}) {
  const form = aForm({ confirm: "double", ...more });
  const element = await show(form, { answers: { post: pending("code"), code } });
  inside(element, "button").focus();
  send(element, "07700 900123");
  await reaches(element, "pending");
  return { form, element };
}

/** Types a code and presses the button. */
function sendCode(element: OptInForm, code: string) {
  codeOf(element).value = code;
  inside(element, "button").click();
}

const confirmations = async (form: ShownForm) =>
  (await asked(form)).filter(({ url }) => url.includes("/confirmations")).map(({ body }) => body);

describe("a form that asks for a code", () => {
  it("says where the code was sent, and asks for it", async () => {
    const { element } = await asksForCode();
    expect(textOf(element).replace(/[\u2066\u2069]/g, "")).to.equal(
      "Salt & Crumb Six-digit code A message with a code is on its way to 07700 900123. Confirm Use another phone number",
    );
  });

  it("helps phones to fill in the code", async () => {
    const field = codeOf((await asksForCode()).element);
    expect([field.autocomplete, field.inputMode, field.type]).to.deep.equal([
      "one-time-code",
      "numeric",
      "text",
    ]);
  });

  it("moves the focus to the code, whose field says what to do", async () => {
    const { element } = await asksForCode();
    expect(element.shadowRoot?.activeElement).to.equal(codeOf(element));
    expect(codeOf(element).getAttribute("aria-describedby")).to.equal("hint");
    expect(inside(element, "#hint").textContent).to.contain("on its way");
  });

  it("sends address and code, and thanks the person", async () => {
    const { form, element } = await asksForCode();
    sendCode(element, " 123 456 ");
    await reaches(element, "done");
    expect(await confirmations(form)).to.deep.equal([{ address: "07700 900123", code: "123 456" }]);
    expect(textOf(element)).to.match(/^See you at the counter\.\s+If you have ever replied STOP/);
  });

  it("requires six digits before it asks the server", async () => {
    const { form, element } = await asksForCode();
    sendCode(element, "12345");
    await reaches(element, "invalid");
    expect(inside(element, "#error").textContent).to.equal(
      "Please enter the six digits of the code.",
    );
    expect(element.shadowRoot?.activeElement).to.equal(codeOf(element));
    expect(await confirmations(form)).to.deep.equal([]);
  });

  it("accepts digits of any script", async () => {
    const { element } = await asksForCode();
    sendCode(element, "١٢٣٤٥٦");
    await reaches(element, "done");
  });

  it("says that a code is wrong, and keeps what was typed", async () => {
    const issues = [{ path: "code", message: "This code is wrong." }];
    const { element } = await asksForCode({ code: problem(422, "invalid", { issues }) });
    sendCode(element, "123456");
    await reaches(element, "invalid");
    expect(inside(element, "#error").textContent).to.equal("This code is wrong.");
    expect([codeOf(element).value, codeOf(element).getAttribute("aria-describedby")]).to.deep.equal(
      ["123456", "error hint"],
    );
  });

  it("says that there were too many tries, and still has the code", async () => {
    const detail = "That was too many tries.";
    const { element } = await asksForCode({ code: problem(429, "rate_limited", { detail }) });
    sendCode(element, "123456");
    await reaches(element, "failed");
    expect(inside(element, "[role=alert]").textContent).to.equal(detail);
    expect(codeOf(element).value).to.equal("123456");
  });

  it("leads back to the address, which is still there", async () => {
    const { element } = await asksForCode();
    inside(element, ".back").click();
    await reaches(element, "ready");
    const address = inside<HTMLInputElement>(element, "#address");
    expect([address.value, element.shadowRoot?.activeElement]).to.deep.equal([
      "07700 900123",
      address,
    ]);
  });

  it("asks for a new code after another address", async () => {
    const { element } = await asksForCode({ code: problem(422, "invalid") });
    sendCode(element, "123456");
    await reaches(element, "invalid");
    inside(element, ".back").click();
    await reaches(element, "ready");
    send(element, "07700 900456");
    await reaches(element, "pending");
    expect(codeOf(element).value).to.equal("");
    expect(inside(element, "#hint").textContent).to.contain("900456");
  });

  it("fires optin-pending first, and optin-submitted only after the confirmation", async () => {
    const heard: string[] = [];
    const note = ({ type, confirm = "" }: Event & { confirm?: string }) =>
      heard.push(`${type} ${confirm}`);
    for (const name of ["optin-pending", "optin-submitted"])
      document.body.addEventListener(name, note);
    const { element } = await asksForCode();
    expect(heard).to.deep.equal(["optin-pending code"]);
    sendCode(element, "123456");
    await until(() => heard.length === 2);
    for (const name of ["optin-pending", "optin-submitted"])
      document.body.removeEventListener(name, note);
    expect(heard[1]).to.equal("optin-submitted ");
  });

  for (const scheme of ["light", "dark"]) {
    it(`has nothing that axe finds, ${scheme}`, async () => {
      document.documentElement.style.colorScheme = scheme;
      const { element } = await asksForCode({ code: problem(422, "invalid") });
      expect(await violationsIn(element)).to.deep.equal([]);
      sendCode(element, "123456");
      await reaches(element, "invalid");
      const found = await violationsIn(element);
      document.documentElement.removeAttribute("style");
      expect(found).to.deep.equal([]);
    });
  }
});

describe("a form that sends a link", () => {
  const sendsLink = async () => {
    const form = anEmailForm({ confirm: "double" });
    const element = await show(form, { answers: { post: pending("link") } });
    inside(element, "button").focus();
    send(element, "ann@example.com");
    await reaches(element, "pending");
    return { form, element };
  };

  it("says that an email is on its way, and moves the focus to that", async () => {
    const { element } = await sendsLink();
    expect(textOf(element).replace(/[\u2066\u2069]/g, "")).to.equal(
      "Almost done: an email is on its way to ann@example.com. Open the link in it to confirm. Use another email address",
    );
    expect(element.shadowRoot?.activeElement).to.equal(inside(element, ".message"));
  });

  it("leads back to the address", async () => {
    const { form, element } = await sendsLink();
    inside(element, ".back").click();
    await reaches(element, "ready");
    await script(form);
    send(element, "bea@example.com");
    await reaches(element, "done");
    expect(textOf(element)).to.equal("See you at the counter.");
  });

  it("has nothing that axe finds", async () => {
    expect(await violationsIn((await sendsLink()).element)).to.deep.equal([]);
  });
});
