// The snippets that people paste: complete, escaped, and old enough for a tag manager.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parse } from "acorn";
import { snippets } from "../../../server/pages/snippets.ts";

const hostile = `"><script>alert(1)</script>'\u2028</script>`;
const { iframe, element, tagManager } = snippets({
  publicUrl: "https://optin.example/",
  form: { id: "abc123", businessName: "Salt & Crumb" },
});

describe("the iframe snippet", () => {
  it("frames the form's page", () => {
    assert.match(iframe, /<iframe src="https:\/\/optin\.example\/embed\/forms\/abc123"/);
  });

  it("has a title for people who hear the page", () => {
    assert.match(iframe, /title="Sign up for messages from Salt &#38; Crumb"/);
  });

  it("is sandboxed, lazy and sends its origin only", () => {
    assert.match(iframe, /sandbox="allow-scripts allow-forms allow-same-origin[ "]/);
    assert.match(iframe, /loading="lazy"/);
    assert.match(iframe, /referrerpolicy="strict-origin"/);
  });

  it("has its own width and height, for pages that forbid styles and scripts", () => {
    assert.match(iframe, /width="100%" height="420" frameborder="0"/);
  });

  it("loads the loader without blocking the page", () => {
    assert.match(iframe, /<script async src="https:\/\/optin\.example\/embed\.js"><\/script>$/);
  });
});

describe("the element snippet", () => {
  it("is one module script and the tag", () => {
    assert.equal(
      element,
      `<script type="module" src="https://optin.example/widgets/opt-in-form.js"></script>\n<opt-in-form form="abc123"></opt-in-form>`,
    );
  });
});

describe("the tag manager's snippet", () => {
  it("is ES5", () => {
    assert.doesNotThrow(() => parse(scriptOf(tagManager), { ecmaVersion: 5 }));
  });

  it("names the place of the form in one variable", () => {
    assert.match(tagManager, /var where = "#opt-in-form";/);
  });

  it("queues the form for the loader of its own origin", () => {
    const page: { optInKit?: unknown[] } = {};
    const made: { src?: string } = {};
    const document = { createElement: () => made, head: { appendChild() {} } };
    new Function("window", "document", scriptOf(tagManager))(page, document);
    const title = "Sign up for messages from Salt & Crumb";
    assert.deepEqual(page.optInKit, [
      { from: "https://optin.example", form: "abc123", into: "#opt-in-form", title },
    ]);
    assert.equal(made.src, "https://optin.example/embed.js");
  });
});

describe("a hostile business name", () => {
  const hostileSnippets = snippets({
    publicUrl: "https://optin.example",
    form: { id: "a", businessName: hostile },
  });
  it("stays inside the iframe's title", () => {
    assert.equal(hostileSnippets.iframe.split("<script").length, 2);
    assert.doesNotMatch(hostileSnippets.iframe, /title="[^"]*[<>]/);
  });

  it("stays inside the tag manager's string", () => {
    assert.equal(hostileSnippets.tagManager.split("</script>").length, 2);
    assert.doesNotThrow(() => parse(scriptOf(hostileSnippets.tagManager), { ecmaVersion: 5 }));
  });
});

function scriptOf(html: string) {
  return html.replace(/^<script>/, "").replace(/<\/script>$/, "");
}
