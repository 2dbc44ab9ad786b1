// The styles of <opt-in-form> beyond those of all widgets.

import { css } from "lit";
import { cardStyles, fieldStyles } from "../styles.ts";

/** The form's styles, in its shadow root and on the iframe page. */
export const styles = [
  cardStyles,
  fieldStyles,
  css`
    .business {
      font: inherit;
      font-size: 20px;
      font-weight: 600;
      letter-spacing: -0.01em;
    }
    #consent {
      display: block;
      white-space: pre-line;
    }
    .business,
    #consent {
      text-align: -webkit-match-parent;
      text-align: match-parent;
    }
    .back,
    .back:hover {
      background: none;
      color: var(--accent);
    }
    .trap {
      display: none;
    }
  `,
];
