// biome-ignore-all lint/performance/useDomNodeTextContent: what counts is the text that people see.
// <preference-toggles> as people meet it: what it shows, what it saves, and what it says if that
// fails.

import { expect } from "chai";
import type { PreferenceToggles } from "../../widgets/preference-toggles/preference-toggles.ts";
import { violationsIn } from "./support/axe.ts";
import { problem, until } from "./support/forms.ts";
import {
  aPreference,
  askedLater,
  button,
  inside,
  isAskedLater,
  preferencesOf,
  reaches,
  says,
  script,
  show,
  textOf,
} from "./support/links.ts";

const both = preferencesOf();
const smsOff = preferencesOf([
  aPreference("sms", { optedIn: false, source: "preferences" }),
  aPreference("email"),
]);
const allOff = preferencesOf(
  both.items.map((item) => ({ ...item, optedIn: false, source: "preferences" })),
);

const toggle = (element: PreferenceToggles, channel = "sms") =>
  inside<HTMLInputElement>(element, `.switch[value=${channel}]`);

afterEach(() => {
  document.body.replaceChildren();
  document.documentElement.removeAttribute("style");
  document.documentElement.lang = "en";
});

describe("a link whose person's profile is gone", () => {
  const gone = { ...preferencesOf([]), stop: ["sms", "email"] as const };
  const body = {
    ...gone,
    texts: { ...gone.texts, stopText: "We stop.", stoppedTitle: "Done", stoppedText: "Stopped." },
  };

  it("has one button, which opts its addresses out", async () => {
    const element = await show("preference-toggles", {
      get: { body },
      put: { body: preferencesOf([]) },
    });
    expect(textOf(element)).to.equal("Your message preferences We stop. Opt out of everything");
    expect(await violationsIn(element)).to.deep.equal([]);
    button(element, "Opt out of everything").click();
    await reaches(element, "stopped");
    expect(textOf(element)).to.equal("Done Stopped.");
    expect(element.shadowRoot?.activeElement?.className.trim()).to.equal("message");
    const [asked] = await askedLater(element.token);
    expect([asked?.method, asked?.body]).to.deep.equal([
      "PUT",
      { optIn: { sms: false, email: false } },
    ]);
  });

  it("says that it failed, and keeps the button", async () => {
    const element = await show("preference-toggles", {
      get: { body },
      put: problem(503, "unavailable"),
    });
    button(element, "Opt out of everything").click();
    await says(element, "Not saved.");
    expect(inside(element, "[role=alert]").innerText).to.contain("Not saved.");
    button(element, "Opt out of everything");
  });
});

describe("the switches", () => {
  it("stand for the channels that the person has an address for, in their current state", async () => {
    const element = await show("preference-toggles", { get: { body: smsOff } });
    const switches = [...element.renderRoot.querySelectorAll<HTMLInputElement>("[role=switch]")];
    expect(switches.map(({ value, checked }) => [value, checked])).to.deep.equal([
      ["sms", false],
      ["email", true],
    ]);
  });

  it("say what each means, for which address, since when and what set it", async () => {
    const element = await show("preference-toggles", { get: { body: both } });
    expect(inside(element, "li").innerText.replace(/\s+/g, " ")).to.equal(
      "Text messages (SMS) +44 •••• 0123 News and offers as text messages On since Mar 3, 2026 · You filled in a form",
    );
  });

  it("are named by channel and address, and described by the rest", async () => {
    const element = await show("preference-toggles", { get: { body: both } });
    const labels = [...(toggle(element).labels ?? [])].map(({ innerText }) =>
      innerText.replace(/\s+/g, " "),
    );
    expect(labels).to.deep.equal(["Text messages (SMS) +44 •••• 0123"]);
    expect(toggle(element).getAttribute("aria-describedby")?.trim()).to.equal(
      "sms-means sms-recorded",
    );
  });

  it("cannot be turned on if the carrier stopped everything, and say what can change that", async () => {
    const locked = aPreference("sms", {
      optedIn: false,
      source: "carrier",
      changeable: false,
      why: "carrier_opted_out",
    });
    const element = await show("preference-toggles", { get: { body: preferencesOf([locked]) } });
    expect(toggle(element).disabled).to.equal(true);
    expect(textOf(element)).to.contain("send us START");
  });

  it("come in the language of the page", async () => {
    document.documentElement.lang = "ar";
    const element = await show("preference-toggles", {
      get: { body: preferencesOf(both.items, { language: "ar" }) },
    });
    expect(getComputedStyle(inside(element, ".card")).direction).to.equal("rtl");
    const [asked] = await (await fetch(`/script/${element.token}`)).json();
    expect(asked.url).to.equal("/public/preferences?lang=ar&gone=stop");
  });
});

describe("a change", () => {
  it("is saved at once, that channel alone", async () => {
    const element = await show("preference-toggles", {
      get: { body: both },
      put: { body: smsOff },
    });
    toggle(element).click();
    await says(element, "Saved.");
    expect(await askedLater(element.token)).to.deep.equal([
      { method: "PUT", url: "/public/preferences?lang=en", body: { optIn: { sms: false } } },
    ]);
    expect(textOf(element)).to.contain("Off since Mar 3, 2026 · You chose it here");
  });

  it("shows before the server has answered", async () => {
    const element = await show("preference-toggles", {
      get: { body: both },
      put: { body: smsOff, waits: true },
    });
    toggle(element).click();
    await says(element, "Saving…");
    expect(toggle(element).checked).to.equal(false);
    await script(element.token, {});
  });

  it("fires an event, without an address", async () => {
    const element = await show("preference-toggles", {
      get: { body: both },
      put: { body: smsOff },
    });
    const changed = once("preferences-changed");
    toggle(element).click();
    expect((await changed).optIn).to.deep.equal({ sms: false });
  });

  it("that is undone while it is being saved is what the server gets last", async () => {
    const element = await show("preference-toggles", {
      get: { body: both },
      put: { body: smsOff, waits: true },
    });
    toggle(element).click();
    await until(() => textOf(element).includes("Saving…"));
    toggle(element).click();
    await isAskedLater(element.token, 1);
    await script(element.token, { put: { body: both } });
    await says(element, "Saved.");
    await isAskedLater(element.token, 2);
    const asked = await askedLater(element.token);
    expect(asked.map(({ body }) => body)).to.deep.equal([
      { optIn: { sms: false } },
      { optIn: { sms: true } },
    ]);
    await until(() => toggle(element).checked);
  });

  it("of one channel while another is being saved is sent after it", async () => {
    const element = await show("preference-toggles", {
      get: { body: both },
      put: { body: smsOff, waits: true },
    });
    toggle(element).click();
    toggle(element, "email").click();
    await isAskedLater(element.token, 1);
    await script(element.token, { put: { body: allOff } });
    await says(element, "You are opted out of everything here.");
    const asked = await askedLater(element.token);
    expect(asked.map(({ body }) => body)).to.deep.equal([
      { optIn: { sms: false } },
      { optIn: { email: false } },
    ]);
  });

  it("that fails is undone, with an error at its switch only", async () => {
    const element = await show("preference-toggles", {
      get: { body: both },
      put: problem(503, "unavailable"),
    });
    toggle(element).click();
    await says(element, "Not saved. Something went wrong on our side.");
    expect([toggle(element).checked, toggle(element, "email").checked]).to.deep.equal([true, true]);
    expect(element.renderRoot.querySelectorAll("[role=alert]")).to.have.length(1);
    expect(toggle(element).getAttribute("aria-describedby")).to.contain("sms-wrong");
  });

  it("that failed can be tried again by a button, and the focus stays at the switch", async () => {
    const element = await show("preference-toggles", {
      get: { body: both },
      put: { breaks: true },
    });
    toggle(element).click();
    await says(element, "Not saved.");
    await script(element.token, { put: { body: smsOff } });
    button(element, "Try again").click();
    await says(element, "Saved.");
    expect(toggle(element).checked).to.equal(false);
    expect(element.shadowRoot?.activeElement).to.equal(toggle(element));
    expect(element.renderRoot.querySelector(".error")).to.equal(null);
  });

  it("by a link that no longer works replaces the widget by an explanation", async () => {
    const element = await show("preference-toggles", {
      get: { body: both },
      put: problem(404, "not_found"),
    });
    toggle(element).click();
    await reaches(element, "closed");
    expect(textOf(element)).to.contain("This link does not work");
  });
});

describe("opting out of everything", () => {
  it("is one call that names every channel", async () => {
    const element = await show("preference-toggles", {
      get: { body: both },
      put: { body: allOff },
    });
    button(element, "Opt out of everything").click();
    await says(element, "You are opted out of everything here.");
    expect((await askedLater(element.token)).map(({ body }) => body)).to.deep.equal([
      { optIn: { sms: false, email: false } },
    ]);
    expect([toggle(element).checked, toggle(element, "email").checked]).to.deep.equal([
      false,
      false,
    ]);
  });
});

describe("a person's data", () => {
  it("can be downloaded as a file", async () => {
    const element = await show("preference-toggles", {
      get: { body: both },
      copy: { body: { id: "ada" } },
    });
    const files: string[] = [];
    const click = (event: Event) => {
      const link = event.composedPath()[0];
      if (!(link instanceof HTMLAnchorElement)) return;
      event.preventDefault();
      files.push(link.download);
    };
    const former = HTMLAnchorElement.prototype.click;
    HTMLAnchorElement.prototype.click = function () {
      this.addEventListener("click", click);
      former.call(this);
    };
    button(element, "Get a copy of my data").click();
    await says(element, "Your copy is among your downloads.");
    HTMLAnchorElement.prototype.click = former;
    expect(files).to.deep.equal(["my-data.json"]);
  });

  it("is erased only after a second step", async () => {
    const element = await show("preference-toggles", {
      get: { body: both },
      delete: { status: 204 },
    });
    button(element, "Forget me").click();
    expect(await askedLater(element.token)).to.deep.equal([]);
    const forgotten = once("preferences-forgotten");
    button(element, "Yes, erase my data").click();
    await reaches(element, "forgotten");
    await forgotten;
    expect((await askedLater(element.token)).map(({ method }) => method)).to.deep.equal(["DELETE"]);
    expect(textOf(element)).to.contain("You are forgotten");
    expect(element.renderRoot.querySelector("input, button")).to.equal(null);
    expect(element.shadowRoot?.activeElement?.className).to.contain("message");
  });

  it("stays if the person changes their mind", async () => {
    const element = await show("preference-toggles", { get: { body: both } });
    button(element, "Forget me").click();
    button(element, "Keep my data").click();
    expect(inside<HTMLDetailsElement>(element, "details").open).to.equal(false);
    expect(element.shadowRoot?.activeElement?.textContent?.trim()).to.equal("Forget me");
  });

  it("stays when erasing fails, and the widget says so", async () => {
    const element = await show("preference-toggles", {
      get: { body: both },
      delete: problem(503, "unavailable"),
    });
    button(element, "Forget me").click();
    button(element, "Yes, erase my data").click();
    await says(element, "Something went wrong on our side.");
    expect(element.state).to.equal("ready");
  });

  it("is not offered by a link for some channels only", async () => {
    const element = await show("preference-toggles", {
      get: { body: preferencesOf(both.items, { limited: true }) },
    });
    expect(textOf(element)).not.to.contain("Your data");
  });
});

describe("loading", () => {
  it("can be tried again after it failed", async () => {
    const element = await show(
      "preference-toggles",
      { get: problem(500, "internal") },
      { state: "failed" },
    );
    await script(element.token, { get: { body: both } });
    button(element, "Try again").click();
    await reaches(element, "ready");
  });

  it("explains a link that does not work in the answer's words, in the reader's language", async () => {
    const detail = "Dieser Link funktioniert nicht.";
    const get = problem(404, "not_found", { detail });
    const element = await show("preference-toggles", { get }, { state: "closed" });
    expect(textOf(element)).to.equal(detail);
  });

  it("makes no request if the page provides the data", async () => {
    const element = document.createElement("preference-toggles");
    element.token = crypto.randomUUID();
    element.content = both;
    await script(element.token, {});
    document.body.append(element);
    await reaches(element, "ready");
    expect(await (await fetch(`/script/${element.token}`)).json()).to.deep.equal([]);
  });

  it("shows another person's data when the token changes", async () => {
    const element = await show("preference-toggles", { get: { body: both } });
    const token = crypto.randomUUID();
    await script(token, { get: { body: preferencesOf([aPreference("whatsApp")]) } });
    element.token = token;
    await says(element, "WhatsApp");
    expect(element.renderRoot.querySelectorAll("[role=switch]")).to.have.length(1);
  });

  it("says that there is nothing to choose without an address", async () => {
    const element = await show("preference-toggles", { get: { body: preferencesOf([]) } });
    expect(textOf(element)).to.contain("We hold no address of yours");
  });
});

describe("on any page", () => {
  it("fits into 280 pixels", async () => {
    const narrow = document.createElement("div");
    narrow.style.width = "280px";
    document.body.append(narrow);
    const element = await show("preference-toggles", { get: { body: both } }, { into: narrow });
    button(element, "Forget me").click();
    expect(inside(element, ".card").scrollWidth).to.be.at.most(280);
  });

  it("may be registered twice, next to the others", async () => {
    const before = customElements.get("preference-toggles");
    const again = "../../widgets/define.ts?again-too";
    await import(again);
    expect(customElements.get("preference-toggles")).to.equal(before);
  });

  it("takes its colours from custom properties", async () => {
    const element = await show("preference-toggles", { get: { body: both } });
    element.style.setProperty("--optin-accent", "rgb(1, 2, 3)");
    await until(() => getComputedStyle(toggle(element)).backgroundColor === "rgb(1, 2, 3)");
  });
});

describe("accessibility, by axe", () => {
  const states: Record<string, () => Promise<PreferenceToggles>> = {
    ready: () => show("preference-toggles", { get: { body: smsOff } }),
    "asking before it forgets": async () => {
      const element = await show("preference-toggles", { get: { body: both } });
      button(element, "Forget me").click();
      return element;
    },
    "not saved": async () => {
      const element = await show("preference-toggles", {
        get: { body: both },
        put: problem(500, "internal"),
      });
      toggle(element).click();
      await says(element, "Not saved.");
      return element;
    },
    loading: () => show("preference-toggles", { get: { waits: true } }, { state: "loading" }),
    closed: () =>
      show("preference-toggles", { get: problem(404, "not_found") }, { state: "closed" }),
    failed: () =>
      show("preference-toggles", { get: problem(500, "internal") }, { state: "failed" }),
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

function once<Name extends keyof HTMLElementEventMap>(name: Name) {
  return new Promise<HTMLElementEventMap[Name]>((resolve) => {
    document.body.addEventListener(name, resolve as EventListener, { once: true });
  });
}
