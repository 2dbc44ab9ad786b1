// What the portal's own elements have in common.

import { LitElement } from "lit";

/** An element without a shadow: the portal is one document with one style sheet. */
export class PortalElement extends LitElement {
  protected override createRenderRoot() {
    return this;
  }
}
