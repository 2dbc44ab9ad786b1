// What the portal's elements share.

import { LitElement } from "lit";

/** An element without a shadow: the portal is one document with one style sheet. */
export class PortalElement extends LitElement {
  protected override createRenderRoot() {
    return this;
  }
}
