// The styles of <profile-flag-editor> beyond those of all widgets.

import { css } from "lit";
import { listStyles } from "../list-styles.ts";
import { cardStyles, fieldStyles } from "../styles.ts";

/** The styles of the editor, in the shadow root and on the iframe page. */
export const styles = [
  cardStyles,
  fieldStyles,
  listStyles,
  css`
    .flag {
      position: relative;
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      gap: 4px 16px;
      align-items: start;
    }
    .head {
      display: flex;
      flex-wrap: wrap;
      gap: 4px 8px;
      align-items: center;
    }
    .state {
      padding: 0 8px;
      border-radius: 12px;
      background: color-mix(in srgb, var(--muted) 14%, var(--surface));
      color: var(--muted);
      font-size: 13px;
      font-weight: 600;
      line-height: 24px;
    }
    .state.in {
      background: color-mix(in srgb, var(--accent) 14%, var(--surface));
      color: var(--accent);
    }
    .change {
      grid-column: 1 / -1;
    }
    .ask {
      display: flex;
      flex-direction: column;
      gap: 16px;
      padding-top: 12px;
    }
    .ask button {
      width: auto;
      min-height: 40px;
      padding: 8px 16px;
      font-size: 14px;
    }
    div:has(+ details) {
      padding-inline-end: 152px;
    }
    details > summary {
      position: absolute;
      top: 16px;
      inset-inline-end: 0;
      list-style: none;
    }
    summary::-webkit-details-marker {
      display: none;
    }
    @container (width < 420px) {
      .flag > div {
        display: contents;
      }
      .flag > .second {
        grid-row: 1;
        grid-column: 2;
      }
      .flag .hint {
        grid-column: 1 / -1;
      }
      div:has(+ details) .head {
        min-height: 40px;
        padding-inline-end: 152px;
      }
    }
  `,
];
