// The colours that the widgets, their pages and the portal share, each for light and for dark.

/** CSS: the colours as custom properties; a page overrides one by its `--optin-` property. */
export const palette = `
  --accent: var(--optin-accent, light-dark(#0a6b5e, #63d2bf));
  --on-accent: var(--optin-on-accent, light-dark(#fff, #06231f));
  --surface: var(--optin-surface, light-dark(#fff, #16201f));
  --text: var(--optin-text, light-dark(#15201e, #eef4f3));
  --muted: var(--optin-muted, light-dark(#52605d, #a9b8b5));
  --line: var(--optin-line, light-dark(#dfe6e4, #31403d));
  --edge: var(--optin-edge, light-dark(#7c8a87, #7b8d89));
  --danger: var(--optin-danger, light-dark(#b3261e, #ffb4ab));
`;

/** CSS: the background of our own pages. */
export const pageColour = `light-dark(#f7f9f8, #0f1716)`;
