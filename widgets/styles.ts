// The look that the widgets share: the same rules serve their shadow roots and the iframe pages,
// where the build replaces `:host` by the tag.

import { css, unsafeCSS } from "lit";
import { palette } from "./palette.ts";

/**
 * The card, its text and its one accent colour, on an 8px grid; light or dark as the page's
 * `color-scheme` says.
 */
export const cardStyles = css`
  :host {
    display: block;
    max-width: var(--optin-max-width, 448px);
    container-type: inline-size;
  }
  :host([hidden]) {
    display: none;
  }
  .card {
    all: initial;
    color-scheme: inherit;
    ${unsafeCSS(palette)}
    --round: var(--optin-radius, 8px);
    box-sizing: border-box;
    display: flex;
    flex-direction: column;
    gap: 16px;
    padding: var(--optin-padding, 24px);
    border: 1px solid var(--line);
    border-radius: calc(var(--round) + 8px);
    background: var(--surface);
    color: var(--text);
    font: 400 16px / 24px var(--optin-font, system-ui, sans-serif);
    overflow-wrap: anywhere;
    -webkit-text-size-adjust: 100%;
  }
  @container (width < 320px) {
    .card {
      padding: var(--optin-padding, 16px);
    }
  }
  p {
    margin: 0;
  }
  :focus-visible {
    outline: 3px solid color-mix(in srgb, var(--accent) 55%, var(--surface));
    outline-offset: 2px;
  }
  a {
    color: var(--accent);
    text-underline-offset: 2px;
  }
  .error,
  .hint,
  .consent,
  label {
    font-size: 14px;
    line-height: 20px;
  }
  .error {
    display: flex;
    gap: 8px;
    color: var(--danger);
  }
  .error::before {
    content: "!" / "";
    flex: none;
    box-sizing: border-box;
    width: 16px;
    height: 16px;
    margin-top: 2px;
    border-radius: 50%;
    background: var(--danger);
    color: var(--surface);
    font-size: 12px;
    font-weight: 600;
    line-height: 16px;
    text-align: center;
  }
  button {
    box-sizing: border-box;
    width: 100%;
    min-height: 48px;
    margin: 0;
    padding: 12px 24px;
    border: 1px solid transparent;
    border-radius: var(--round);
    background: var(--accent);
    color: var(--on-accent);
    font: inherit;
    font-weight: 600;
    line-height: 22px;
    overflow-wrap: anywhere;
    cursor: pointer;
    transition: background-color 0.15s;
  }
  button:hover {
    background: color-mix(in srgb, var(--accent) 88%, var(--text));
  }
  button:active {
    background: color-mix(in srgb, var(--accent) 76%, var(--text));
  }
  button[aria-disabled="true"] {
    display: flex;
    gap: 8px;
    align-items: center;
    justify-content: center;
    background: color-mix(in srgb, var(--accent) 88%, var(--text));
    cursor: progress;
  }
  button[aria-disabled="true"]::before {
    content: "";
    box-sizing: border-box;
    width: 16px;
    height: 16px;
    border: 2px solid;
    border-inline-start-color: transparent;
    border-radius: 50%;
    animation: turn 0.8s linear infinite;
  }
  .message {
    display: flex;
    gap: 16px;
    align-items: center;
    outline: none;
    white-space: pre-line;
  }
  .message::before {
    flex: none;
    width: 40px;
    height: 40px;
    border-radius: 50%;
    background: color-mix(in srgb, var(--accent) 14%, var(--surface));
    color: var(--accent);
    content: "✓" / "";
    font-size: 20px;
    font-weight: 600;
    line-height: 40px;
    text-align: center;
  }
  .closed::before {
    background: var(--line);
    color: var(--muted);
    content: "–" / "";
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    ::before {
      animation: none !important;
      transition: none !important;
    }
  }
`;

/** A field with its label above and a hint below. */
export const fieldStyles = css`
  .field {
    display: flex;
    flex-direction: column;
    gap: 8px;
  }
  label {
    font-weight: 600;
  }
  input {
    box-sizing: border-box;
    width: 100%;
    height: 48px;
    margin: 0;
    padding: 0 16px;
    border: 1px solid var(--edge);
    border-radius: var(--round);
    background: transparent;
    color: inherit;
    font: inherit;
    text-align: -webkit-match-parent;
    text-align: match-parent;
    transition: border-color 0.15s;
  }
  input:hover {
    border-color: var(--text);
  }
  input[aria-invalid="true"] {
    border-color: var(--danger);
    box-shadow: inset 0 0 0 1px var(--danger);
  }
  input:focus-visible {
    border-color: var(--accent);
    outline-offset: 0;
  }
  .hint,
  .consent {
    color: var(--muted);
  }
`;

/** A placeholder for something that is being fetched. */
export const skeletonStyles = css`
  .bone {
    height: 24px;
    border-radius: 4px;
    background: var(--line);
    animation: breathe 1.6s ease-in-out infinite alternate;
  }
  .bone.short {
    width: 40%;
  }
  .field > .bone.short {
    height: 20px;
  }
  .bone.text {
    height: 60px;
  }
  .bone.tall {
    height: 48px;
    border-radius: var(--round);
  }
  @keyframes breathe {
    to {
      opacity: 0.45;
    }
  }
`;
