// biome-ignore-all lint/performance/useDomNodeTextContent: what counts is the text that people see.
// <opt-in-form> as people meet it: what it shows in each state, and what it does with their input.

import { expect } from "chai";
import type { OptInForm } from "../../widgets/opt-in-form/opt-in-form.ts";
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
} from "./support/forms.ts";

const input = (element: OptInForm) => inside<HTMLInputElement>(element, "#address");

afterEach(() => document.body.replaceChildren());

describe("a form that is ready", () => {
  it("shows the business, the label, the consent text, the privacy link and the button", async () => {
    const element = await show(aForm());
    expect(textOf(element)).to.equal(
      "Salt & Crumb Your phone number I agree to get texts from Salt & Crumb. Reply STOP to end them. Privacy policy Text me",
    );
  });

  it("asks for a phone number with a telephone field", async () => {
    const field = input(await show(aForm()));
    expect([field.type, field.inputMode, field.autocomplete]).to.deep.equal(["tel", "tel", "tel"]);
  });

  it("asks for an e-mail address with an e-mail field", async () => {
    const field = input(await show(anEmailForm()));
    expect([field.type, field.inputMode, field.autocomplete]).to.deep.equal([
      "email",
      "email",
      "email",
    ]);
  });

  it("has a real label", async () => {
    const element = await show(anEmailForm());
    expect(input(element).labels?.[0]?.textContent).to.equal("Your email address");
  });

  it("says how to write a number if the country is unknown", async () => {
    const element = await show(aForm({ defaultCountry: null }));
    expect(input(element).getAttribute("aria-describedby")).to.equal("hint");
    expect(inside(element, "#hint").textContent).to.contain("country code");
  });

  it("says nothing about country codes if the country is known", async () => {
    expect((await show(aForm())).shadowRoot?.querySelector("#hint")).to.equal(null);
  });

  it("ties the consent text to the button", async () => {
    const button = inside(await show(aForm()), "button");
    expect(button.getAttribute("aria-describedby")).to.equal("consent");
  });

  it("shows no link if the privacy address is not a web address", async () => {
    const element = await show(aForm({ privacyUrl: "javascript:alert(1)//http://" }));
    expect(element.shadowRoot?.querySelector("a")).to.equal(null);
  });

  it("hides the trap from people and screen readers", async () => {
    const trap = inside(await show(aForm()), "[name=website]");
    expect(trap.checkVisibility()).to.equal(false);
  });

  it("shows hostile text as text", async () => {
    const hostile = "<img src=x onerror=alert(1)><script>alert(2)</script> {{y}}";
    const element = await show(
      aForm({ businessName: hostile, confirmationMessage: hostile, buttonText: hostile }),
    );
    expect(element.shadowRoot?.querySelector("img, script")).to.equal(null);
    expect(inside(element, "button").innerText).to.equal(hostile);
  });
});

describe("sending", () => {
  it("sends the address and the wording that was shown", async () => {
    const form = aForm();
    const element = await show(form);
    send(element, " 07700 900123 ");
    await reaches(element, "done");
    expect((await asked(form))[1]?.body).to.deep.equal({
      address: "07700 900123",
      wording: 3,
      website: "",
    });
  });

  it("thanks in the form's own words and focuses them", async () => {
    const element = await show(aForm());
    inside(element, "button").focus();
    send(element, "07700 900123");
    await reaches(element, "done");
    expect(textOf(element)).to.match(/^See you at the counter\.\s+If you have ever replied STOP/);
    expect(element.shadowRoot?.activeElement?.textContent).to.contain("See you at the counter.");
  });

  it("thanks in default words if the form has none", async () => {
    const element = await show(aForm({ thankYouText: null }));
    send(element, "07700 900123");
    await reaches(element, "done");
    expect(textOf(element)).to.match(
      /^Thank you\. You are on the list\.\s+If you have ever replied/,
    );
  });

  it("sends once, however often the button is pressed", async () => {
    const form = aForm();
    const element = await show(form, {
      answers: { post: { waits: true, body: { status: "done", thankYouText: null } } },
    });
    send(element, "07700 900123");
    inside(element, "button").click();
    await reaches(element, "sending");
    inside(element, "button").click();
    await script(form);
    await reaches(element, "done");
    expect((await asked(form)).filter(({ method }) => method === "POST")).to.have.length(1);
  });

  it("says that it is sending, and keeps the button's place and focus", async () => {
    const form = aForm();
    const element = await show(form, { answers: { post: { waits: true } } });
    inside(element, "button").focus();
    send(element, "07700 900123");
    await reaches(element, "sending");
    const button = inside(element, "button");
    expect([
      button.innerText,
      button.ariaDisabled,
      element.shadowRoot?.activeElement,
    ]).to.deep.equal(["Sending…", "true", button]);
    await script(form);
  });
});

describe("an invalid address", () => {
  it("is refused without a request, and the field gets the focus", async () => {
    const form = aForm();
    const element = await show(form);
    send(element, "hello");
    await reaches(element, "invalid");
    expect(await asked(form)).to.have.length(1);
    expect(element.shadowRoot?.activeElement).to.equal(input(element));
  });

  it("has its error tied to the field", async () => {
    const element = await show(anEmailForm());
    send(element, "ann@nowhere");
    await reaches(element, "invalid");
    expect(input(element).ariaInvalid).to.equal("true");
    expect(input(element).getAttribute("aria-describedby")).to.equal("error");
    expect(inside(element, "#error").textContent).to.contain("does not look like an email address");
  });

  it("is asked for if nothing was typed", async () => {
    const element = await show(aForm());
    send(element, "");
    await reaches(element, "invalid");
    expect(inside(element, "#error").textContent).to.equal("Please enter your phone number.");
  });

  it("may have digits of any script, which the server reads", async () => {
    const element = await show(aForm());
    send(element, "٠٧٧٠٠ ٩٠٠١٢٣");
    await reaches(element, "done");
  });

  it("keeps what was typed, with what the server found wrong", async () => {
    const issues = [{ path: "address", message: "This number is too short." }];
    const element = await show(aForm(), { answers: { post: problem(422, "invalid", { issues }) } });
    send(element, "07700");
    await reaches(element, "invalid");
    expect(inside(element, "#error").textContent).to.equal("This number is too short.");
    expect(input(element).value).to.equal("07700");
  });

  it("can be corrected and sent", async () => {
    const element = await show(aForm());
    send(element, "x");
    await reaches(element, "invalid");
    send(element, "07700 900123");
    await reaches(element, "done");
    expect(textOf(element)).to.match(/^See you at the counter\.\s+If you have ever replied STOP/);
  });
});
