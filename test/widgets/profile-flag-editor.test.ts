// biome-ignore-all lint/performance/useDomNodeTextContent: what counts is the text that people see.
// <profile-flag-editor> as staff meet it: by a link, and on a page that provides its own data.

import { expect } from "chai";
import type { FlagProvider } from "../../widgets/index.ts";
import type { ProfileFlagEditor } from "../../widgets/profile-flag-editor/profile-flag-editor.ts";
import { violationsIn } from "./support/axe.ts";
import { problem } from "./support/forms.ts";
import {
  askedLater,
  button,
  flagsOf,
  inside,
  reaches,
  says,
  script,
  show,
  textOf,
} from "./support/links.ts";

const byForm = flagsOf();
const smsOut = flagsOf({ optedIn: false, source: "portal", actor: {} });

const row = (element: ProfileFlagEditor) =>
  inside(element, "li").innerText.replace(/\s+/g, " ").trim();
const reason = (element: ProfileFlagEditor) => inside<HTMLInputElement>(element, "#reason");

async function ask(element: ProfileFlagEditor) {
  button(element, "Opt out").click();
  await says(element, "Reason");
}

afterEach(() => {
  document.body.replaceChildren();
  document.documentElement.removeAttribute("style");
});

describe("each flag", () => {
  it("shows its state, what set it, since when, and what is behind it", async () => {
    const element = await show("profile-flag-editor", { get: { body: byForm } });
    expect(row(element)).to.equal(
      "Text messages (SMS) Opted in By a form since Mar 3, 2026 · form f1, wording 2 Opt out",
    );
  });

  it("names the rule that set it", async () => {
    const body = flagsOf({ optedIn: false, source: "rule", actor: { rule: "r7" } });
    expect(row(await show("profile-flag-editor", { get: { body } }))).to.contain("By a keyword");
    expect(document.querySelector("profile-flag-editor")?.shadowRoot?.textContent).to.contain(
      "rule r7",
    );
  });

  for (const [why, source, said] of [
    ["forgotten", "forgotten", "They asked to be forgotten"],
    ["carrier_opted_out", "carrier", "Their carrier stopped these messages"],
    ["person_opted_out", "rule", "They opted out themselves"],
  ] as const) {
    it(`that is locked says why, and cannot be changed: ${why}`, async () => {
      const body = flagsOf({ optedIn: false, source, actor: {}, changeable: false, why });
      const element = await show("profile-flag-editor", { get: { body } });
      expect(row(element)).to.contain(said);
      expect(inside(element, "li button").checkVisibility()).to.equal(false);
    });
  }

  it("comes in the language of the answer", async () => {
    const element = await show("profile-flag-editor", { get: { body: flagsOf({}, "ar") } });
    expect(getComputedStyle(inside(element, ".card")).direction).to.equal("rtl");
  });
});

describe("a change", () => {
  it("asks for a reason first, and focuses its field", async () => {
    const element = await show("profile-flag-editor", { get: { body: byForm } });
    await ask(element);
    expect(element.shadowRoot?.activeElement).to.equal(reason(element));
    expect(await askedLater(element.token)).to.deep.equal([]);
  });

  it("is not saved without a reason", async () => {
    const element = await show("profile-flag-editor", { get: { body: byForm } });
    await ask(element);
    reason(element).value = "  ";
    button(element, "Opt out").click();
    await says(element, "Say why: it is part of the proof.");
    expect(reason(element).getAttribute("aria-describedby")).to.equal("wrong");
    expect(await askedLater(element.token)).to.deep.equal([]);
  });

  it("is saved with its reason, and reported", async () => {
    const element = await show("profile-flag-editor", {
      get: { body: byForm },
      put: { body: smsOut },
    });
    await ask(element);
    reason(element).value = "Asked by phone";
    const changed = new Promise<unknown>((resolve) =>
      element.addEventListener("flags-changed", ({ optIn }) => resolve(optIn)),
    );
    button(element, "Opt out").click();
    expect(await changed).to.deep.equal({ sms: false });
    await says(element, "Saved.");
    expect((await askedLater(element.token)).map(({ body }) => body)).to.deep.equal([
      { optIn: { sms: false }, reason: "Asked by phone" },
    ]);
    expect(row(element)).to.equal(
      "Text messages (SMS) Opted out By the portal since Mar 3, 2026 Opt in",
    );
  });

  it("returns the focus to its flag", async () => {
    const element = await show("profile-flag-editor", {
      get: { body: byForm },
      put: { body: smsOut },
    });
    await ask(element);
    reason(element).value = "Asked by phone";
    button(element, "Opt out").click();
    await says(element, "Saved.");
    expect(element.shadowRoot?.activeElement).to.equal(inside(element, "li button"));
  });

  for (const [way, cancel] of [
    ["Cancel", (element: ProfileFlagEditor) => button(element, "Cancel").click()],
    [
      "Escape",
      (element: ProfileFlagEditor) =>
        reason(element).dispatchEvent(
          new KeyboardEvent("keydown", { key: "Escape", bubbles: true }),
        ),
    ],
  ] as const) {
    it(`is cancelled by ${way}`, async () => {
      const element = await show("profile-flag-editor", { get: { body: byForm } });
      await ask(element);
      cancel(element);
      await element.updateComplete;
      expect(element.renderRoot.querySelector("#reason")).to.equal(null);
      expect(element.shadowRoot?.activeElement).to.equal(inside(element, "li button"));
    });
  }

  it("that fails keeps the reason and can be tried again", async () => {
    const element = await show("profile-flag-editor", {
      get: { body: byForm },
      put: problem(503, "unavailable"),
    });
    await ask(element);
    reason(element).value = "Asked by phone";
    button(element, "Opt out").click();
    await says(element, "Not saved. Something went wrong on our side.");
    expect(reason(element).value).to.equal("Asked by phone");
    await script(element.token, { put: { body: smsOut } });
    button(element, "Opt out").click();
    await says(element, "Saved.");
  });

  it("by a link that no longer works replaces the editor by an explanation", async () => {
    const element = await show("profile-flag-editor", {
      get: { body: byForm },
      put: problem(404, "not_found"),
    });
    await ask(element);
    reason(element).value = "Asked by phone";
    button(element, "Opt out").click();
    await reaches(element, "closed");
    expect(textOf(element)).to.contain("This link does not work");
  });
});

describe("on a page that provides its own data", () => {
  const texts = byForm.texts;

  function provide(flags: FlagProvider) {
    const element = document.createElement("profile-flag-editor");
    element.flags = flags;
    document.body.append(element);
    return element;
  }

  it("loads and saves through the page, and links to what is behind a flag", async () => {
    const saved: unknown[] = [];
    const element = provide({
      load: async () => ({ items: byForm.items, texts }),
      save: async (...change) => {
        saved.push(change);
        return { items: smsOut.items };
      },
      linkOf: ({ actor }) => `/forms/${actor.form}`,
    });
    await reaches(element, "ready");
    expect(inside(element, "li a").getAttribute("href")).to.equal("/forms/f1");
    await ask(element);
    reason(element).value = "Asked by phone";
    button(element, "Opt out").click();
    await says(element, "Saved.");
    expect(saved).to.deep.equal([[{ sms: false }, "Asked by phone"]]);
  });

  it("shows the page's own error", async () => {
    const element = provide({
      load: async () => ({ items: byForm.items, texts }),
      save: async () => {
        throw new Error("This profile was deleted.");
      },
    });
    await reaches(element, "ready");
    await ask(element);
    reason(element).value = "Asked by phone";
    button(element, "Opt out").click();
    await says(element, "Not saved. This profile was deleted.");
  });

  it("loads again after it failed", async () => {
    let works = false;
    const element = provide({
      load: async () => {
        if (!works) throw new Error("The server could not be reached.");
        return { items: byForm.items, texts };
      },
      save: async () => byForm,
    });
    await reaches(element, "failed");
    await says(element, "The server could not be reached.");
    works = true;
    button(element, "Try again").click();
    await reaches(element, "ready");
  });

  it("shows another profile when the page provides another", async () => {
    const element = provide({
      load: async () => ({ items: byForm.items, texts }),
      save: async () => byForm,
    });
    await reaches(element, "ready");
    element.flags = {
      load: async () => ({ items: smsOut.items, texts }),
      save: async () => smsOut,
    };
    await says(element, "By the portal");
  });
});

describe("on any page", () => {
  it("fits into 280 pixels while it asks", async () => {
    const narrow = document.createElement("div");
    narrow.style.width = "280px";
    document.body.append(narrow);
    const element = await show("profile-flag-editor", { get: { body: byForm } }, { into: narrow });
    await ask(element);
    expect(inside(element, ".card").scrollWidth).to.be.at.most(280);
  });

  it("shows hostile ids as text", async () => {
    const hostile = "<img src=x onerror=alert(1)> {{date}}";
    const element = await show("profile-flag-editor", {
      get: { body: flagsOf({ actor: { form: hostile, wording: 1 } }) },
    });
    expect(element.renderRoot.querySelector("img")).to.equal(null);
    expect(textOf(element)).to.contain(hostile);
  });

  it("may be registered twice, next to the others", async () => {
    const before = customElements.get("profile-flag-editor");
    const again = "../../widgets/profile-flag-editor/define.ts?again";
    await import(again);
    expect(customElements.get("profile-flag-editor")).to.equal(before);
  });
});

describe("accessibility, by axe", () => {
  const states: Record<string, () => Promise<ProfileFlagEditor>> = {
    ready: () => show("profile-flag-editor", { get: { body: byForm } }),
    asking: async () => {
      const element = await show("profile-flag-editor", { get: { body: byForm } });
      await ask(element);
      return element;
    },
    "without a reason": async () => {
      const element = await show("profile-flag-editor", { get: { body: byForm } });
      await ask(element);
      button(element, "Opt out").click();
      await says(element, "Say why");
      return element;
    },
    closed: () =>
      show("profile-flag-editor", { get: problem(404, "not_found") }, { state: "closed" }),
  };
  for (const scheme of ["light", "dark"]) {
    for (const [state, make] of Object.entries(states)) {
      it(`finds nothing: ${state}, ${scheme}`, async () => {
        document.documentElement.style.colorScheme = scheme;
        expect(await violationsIn(await make())).to.deep.equal([]);
      });
    }
  }
});
