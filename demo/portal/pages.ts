// Every page of the portal: its name, its place in the menu, its address, its element.

import { html, type TemplateResult } from "lit";

export type PortalPage = {
  /** What the menu, the heading and the document's title say. */
  name: string;
  /** The group in the menu; "": above all groups; null: not in the menu. */
  group: string | null;
  /** `:id` stands for one part of the path. */
  path: string;
  load(): Promise<unknown>;
  render(id: string): TemplateResult;
};

/** In the order of the menu. */
export const pages: readonly PortalPage[] = [
  {
    name: "Home",
    group: "",
    path: "/",
    load: () => import("./pages/home/home.ts"),
    render: () => html`<page-home></page-home>`,
  },
  {
    name: "Data Preferences",
    group: "My Account",
    path: "/data-preferences",
    load: () => import("./pages/data-preferences/data-preferences.ts"),
    render: () => html`<page-data-preferences></page-data-preferences>`,
  },
  {
    name: "API keys",
    group: "My Account",
    path: "/keys",
    load: () => import("./pages/api-keys/api-keys.ts"),
    render: () => html`<page-keys></page-keys>`,
  },
  {
    name: "Opt-in forms",
    group: "Channels",
    path: "/forms",
    load: () => import("./pages/opt-in-forms/form-list.ts"),
    render: () => html`<page-forms></page-forms>`,
  },
  {
    name: "New form",
    group: null,
    path: "/forms/new",
    load: () => import("./pages/opt-in-forms/new-form.ts"),
    render: () => html`<page-new-form></page-new-form>`,
  },
  {
    name: "Form",
    group: null,
    path: "/forms/:id",
    load: () => import("./pages/opt-in-forms/form-page.ts"),
    render: (id) => html`<page-form form=${id}></page-form>`,
  },
  {
    name: "Edit form",
    group: null,
    path: "/forms/:id/edit",
    load: () => import("./pages/opt-in-forms/edit-form.ts"),
    render: (id) => html`<page-edit-form form=${id}></page-edit-form>`,
  },
  {
    name: "Profiles",
    group: "Contact",
    path: "/profiles",
    load: () => import("./pages/profiles/profile-list.ts"),
    render: () => html`<page-profiles></page-profiles>`,
  },
  {
    name: "Import profiles",
    group: null,
    path: "/profiles/import",
    load: () => import("./pages/profiles/import/import-page.ts"),
    render: () => html`<page-import></page-import>`,
  },
  {
    name: "Profile",
    group: null,
    path: "/profiles/:id",
    load: () => import("./pages/profiles/profile-page.ts"),
    render: (id) => html`<page-profile profile=${id}></page-profile>`,
  },
  {
    name: "Broadcast",
    group: "Contact",
    path: "/broadcasts",
    load: () => import("./pages/broadcast/broadcast-list.ts"),
    render: () => html`<page-broadcasts></page-broadcasts>`,
  },
  {
    name: "New broadcast",
    group: null,
    path: "/broadcasts/new",
    load: () => import("./pages/broadcast/new-broadcast.ts"),
    render: () => html`<page-new-broadcast></page-new-broadcast>`,
  },
  {
    name: "Broadcast",
    group: null,
    path: "/broadcasts/:id",
    load: () => import("./pages/broadcast/broadcast-page.ts"),
    render: (id) => html`<page-broadcast broadcast=${id}></page-broadcast>`,
  },
  {
    name: "Messages",
    group: "Contact",
    path: "/messages",
    load: () => import("./pages/messages/messages.ts"),
    render: () => html`<page-messages></page-messages>`,
  },
];

/** The page of an address, and the id in it. */
export function pageAt(path: string): { page: PortalPage; id: string } | undefined {
  for (const page of pages) {
    const pattern = new RegExp(`^${page.path.replace(":id", "([^/]+)").replace(/\/$/, "")}/?$`);
    const [found, id = ""] = pattern.exec(path) ?? [];
    if (found) return { page, id: decoded(id) };
  }
  return undefined;
}

/** What somebody typed into the address bar may not be valid encoding. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The addresses that pages had before, and where they are now. */
export const movedPages: Readonly<Record<string, string>> = { "/preferences": "/data-preferences" };

/** The page of the menu that an address belongs to: `/forms/x` belongs to `/forms`. */
export function menuPathOf(path: string): string {
  return `/${path.split("/")[1]}`;
}
