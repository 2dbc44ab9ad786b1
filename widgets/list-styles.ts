// The styles of widgets with lists, separate so that a form does not load them.

import { css } from "lit";

/** A title, rows with a line between them, and secondary buttons. */
export const listStyles = css`
  :host {
    max-width: var(--optin-max-width, 560px);
  }
  h2,
  h3 {
    margin: 0;
    font-size: 20px;
    font-weight: 600;
    letter-spacing: -0.01em;
    line-height: 28px;
  }
  h3 {
    font-size: 14px;
    letter-spacing: 0;
    line-height: 20px;
  }
  form {
    display: contents;
  }
  .rows {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .rows > li {
    padding: 16px 0;
    border-top: 1px solid var(--line);
  }
  .rows > li:last-child {
    padding-bottom: 0;
  }
  .name {
    font-size: 16px;
    font-weight: 600;
    line-height: 24px;
  }
  .small,
  .hint {
    font-size: 14px;
    line-height: 20px;
  }
  .hint {
    color: var(--muted);
  }
  .news:empty {
    margin-top: -16px;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 8px 16px;
    align-items: center;
  }
  .second,
  summary {
    box-sizing: border-box;
    width: auto;
    min-height: 40px;
    padding: 8px 16px;
    border: 1px solid var(--edge);
    border-radius: var(--round);
    background: transparent;
    color: var(--text);
    font-size: 14px;
    font-weight: 600;
    line-height: 22px;
    cursor: pointer;
    transition: background-color 0.15s;
  }
  .second:hover,
  summary:hover {
    background: color-mix(in srgb, var(--accent) 10%, var(--surface));
  }
  .second[aria-disabled="true"] {
    background: transparent;
  }
  .danger {
    background: var(--danger);
    color: var(--surface);
  }
  .danger:hover,
  .danger[aria-disabled="true"] {
    background: color-mix(in srgb, var(--danger) 88%, var(--text));
  }
  .link {
    width: auto;
    min-height: 24px;
    padding: 0;
    border: 0;
    background: none;
    color: var(--accent);
    font: inherit;
    font-weight: 600;
    text-decoration: underline;
    text-underline-offset: 2px;
  }
  .link:hover {
    background: none;
    text-decoration-thickness: 2px;
  }
`;
