// <portal-app>: the frame around every page: who is signed in, the menu, the page itself.

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { readSession, signedOut, signOut } from "../api.ts";
import { menuPathOf, movedPages, pageAt, pages } from "../pages.ts";
import { PortalElement } from "../parts/element.ts";
import { failure } from "../parts/loading.ts";
import { attempt } from "../parts/toast.ts";
import "../parts/waiting.ts";
import { followLinks, navigate, navigated } from "../router.ts";

/** @summary The shell of the portal. */
export class PortalApp extends PortalElement {
  static override properties = {
    withoutDocs: { type: Boolean, attribute: "without-docs" },
    signedIn: { state: true },
    byPassword: { state: true },
    trouble: { state: true },
    path: { state: true },
    loadedPath: { state: true },
    menuOpen: { state: true },
  };

  /** The server has no /docs. */
  declare withoutDocs: boolean;

  /** Undefined until the server has answered. */
  declare private signedIn: boolean | undefined;
  declare private byPassword: boolean;
  declare private trouble: unknown;
  declare private path: string;
  /** The address whose page has been loaded. */
  declare private loadedPath: string | undefined;
  declare private menuOpen: boolean;

  #arrived = false;

  constructor() {
    super();
    this.path = location.pathname;
    this.menuOpen = false;
    this.withoutDocs = false;
    this.byPassword = false;
  }

  override connectedCallback() {
    super.connectedCallback();
    followLinks((path) => pageAt(path) !== undefined);
    window.addEventListener(navigated, () => this.#go());
    window.addEventListener(signedOut, () => {
      this.signedIn = false;
    });
    this.#start();
  }

  protected override updated(changed: PropertyValues) {
    if (changed.has("loadedPath") && this.loadedPath) this.#arrive();
  }

  override render() {
    if (this.trouble)
      return html`<main class="alone">${failure(this.trouble, () => this.#start())}</main>`;
    if (this.signedIn === undefined) return nothing;
    if (!this.signedIn || this.path === "/sign-in") {
      return html`<portal-sign-in ?by-password=${this.byPassword}
        @signed-in=${this.#enter}></portal-sign-in>`;
    }
    return html`
      <a class="skip" href="#main">Skip to the content</a>
      <header class="bar">
        <wa-button appearance="plain" @click=${this.#openMenu} aria-expanded=${this.menuOpen}
          title="Menu">
          <wa-icon library="system" name="bars" label="Menu"></wa-icon>
        </wa-button>
        <a class="brand" href="/">Opt-in Kit</a>
      </header>
      <div class="frame">
        <nav class="side" aria-label="Menu">
          <a class="brand" href="/">Opt-in Kit</a>
          ${this.#renderMenu()}
        </nav>
        <main id="main" tabindex="-1">${this.#renderPage()}</main>
      </div>
      <wa-drawer placement="start" label="Opt-in Kit" ?open=${this.menuOpen} light-dismiss
        @wa-after-hide=${this.#closeMenu}>
        <nav aria-label="Menu">${this.menuOpen ? this.#renderMenu() : nothing}</nav>
      </wa-drawer>
      <wa-toast placement="bottom-end" role="region" aria-label="News"></wa-toast>`;
  }

  #renderMenu(): TemplateResult {
    const shown = pages.filter((page) => page.group !== null);
    const groups = [...new Set(shown.map((page) => page.group as string))];
    const here = menuPathOf(this.path);
    return html`<div class="menu">
      ${groups.map(
        (group) => html`<section>
          ${group === "" ? nothing : html`<h2 id="menu-${group.replace(/\W/g, "")}">${group}</h2>`}
          <ul>
            ${shown
              .filter((page) => page.group === group)
              .map(
                ({ name, path }) =>
                  html`<li><a href=${path} aria-current=${path === here ? "page" : nothing}
                    >${name}${path === "/messages" ? waitingCount : nothing}</a></li>`,
              )}
          </ul>
        </section>`,
      )}
      <section class="end">
        <ul>
          ${
            this.withoutDocs
              ? nothing
              : html`<li><a href="/docs" target="_blank">API documentation</a></li>`
          }
          <li><button type="button" @click=${this.#leave}>Sign out</button></li>
        </ul>
      </section>
    </div>`;
  }

  #renderPage() {
    const found = this.loadedPath === undefined ? undefined : pageAt(this.loadedPath);
    if (found) return found.page.render(found.id);
    if (pageAt(this.path)) return nothing;
    return html`<h1 tabindex="-1">There is no such page</h1><p><a href="/">Go to Home</a></p>`;
  }

  async #start() {
    this.trouble = undefined;
    try {
      const { signedIn, byPassword } = await readSession();
      this.byPassword = byPassword;
      this.signedIn = signedIn;
      if (signedIn) this.#go();
    } catch (error) {
      this.trouble = error;
    }
  }

  #enter() {
    this.signedIn = true;
    if (location.pathname === "/sign-in") navigate("/", { replace: true });
    else this.#go();
  }

  #leave() {
    attempt(async () => {
      await signOut();
      this.signedIn = false;
      this.#arrived = false;
      this.loadedPath = undefined;
      navigate("/", { replace: true });
    });
  }

  async #go() {
    const moved = movedPages[location.pathname];
    if (moved) return navigate(moved, { replace: true });
    this.path = location.pathname;
    this.menuOpen = false;
    const path = this.path;
    const found = pageAt(path);
    if (!found || !this.signedIn) {
      this.loadedPath = undefined;
      return;
    }
    try {
      await found.page.load();
      if (path === location.pathname) this.loadedPath = path;
    } catch {
      this.trouble = new Error(
        "This page could not be loaded. Check your connection and try again.",
      );
    }
  }

  /**
   * Announces the page: by the title and, after a link was followed, by focusing the heading.
   */
  async #arrive() {
    const name = pageAt(this.path)?.page.name ?? "There is no such page";
    document.title = `${name} · Opt-in Kit`;
    if (this.#arrived) {
      const page = this.querySelector("main > :first-child") as PortalElement | null;
      await page?.updateComplete;
      (page?.querySelector<HTMLElement>("h1") ?? this.querySelector<HTMLElement>("main"))?.focus({
        preventScroll: true,
      });
      scrollTo({ top: 0 });
    }
    this.#arrived = true;
  }

  #openMenu() {
    this.menuOpen = true;
  }

  #closeMenu(event: Event) {
    if (event.target === event.currentTarget) this.menuOpen = false;
  }
}

const waitingCount = html`<waiting-count></waiting-count>`;

customElements.define("portal-app", PortalApp);

declare global {
  interface HTMLElementTagNameMap {
    "portal-app": PortalApp;
  }
}
