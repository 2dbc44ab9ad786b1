// The styles of <preference-toggles> beyond those of all widgets.

import { css } from "lit";
import { listStyles } from "../list-styles.ts";
import { cardStyles } from "../styles.ts";

/** The styles of the switches, in the shadow root and on the iframe page. */
export const styles = [
  cardStyles,
  listStyles,
  css`
    label {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      gap: 0 16px;
      align-items: center;
      cursor: pointer;
    }
    .address {
      justify-self: start;
      color: var(--muted);
      font-size: 14px;
      line-height: 20px;
    }
    .switch {
      -webkit-appearance: none;
      appearance: none;
      box-sizing: border-box;
      grid-row: 1 / span 2;
      grid-column: 2;
      width: 48px;
      height: 28px;
      margin: 0;
      border: 1px solid var(--edge);
      border-radius: 14px;
      background: transparent;
      cursor: pointer;
      transition: background-color 0.15s;
    }
    .switch::before {
      display: block;
      box-sizing: border-box;
      width: 18px;
      height: 18px;
      margin: 4px;
      border-radius: 50%;
      background: var(--edge);
      content: "";
      transition: margin 0.15s;
    }
    .switch:checked {
      border-color: var(--accent);
      background: var(--accent);
    }
    .switch:checked::before {
      margin-inline-start: 24px;
      background: var(--on-accent);
    }
    label:hover .switch:not(:checked) {
      border-color: var(--text);
    }
    .rows .small {
      margin-top: 4px;
    }
    .rows .error {
      margin-top: 8px;
    }
    .foot {
      display: flex;
      flex-direction: column;
      gap: 16px;
      padding-top: 16px;
      border-top: 1px solid var(--line);
    }
    .foot.actions {
      flex-direction: row;
      gap: 8px 16px;
      justify-content: space-between;
    }
    .save {
      border-color: transparent;
      background: var(--accent);
      color: var(--on-accent);
    }
    details[open] {
      width: 100%;
    }
    details > p {
      margin: 16px 0;
    }
    summary {
      width: fit-content;
      list-style: none;
    }
    summary::-webkit-details-marker {
      display: none;
    }
    @media (forced-colors: active) {
      .switch::before {
        background: ButtonText;
        forced-color-adjust: none;
      }
      .switch:checked {
        background: Highlight;
        forced-color-adjust: none;
      }
      .switch:checked::before {
        background: HighlightText;
      }
    }
  `,
];
