// Dark or light, as the system prefers, in the widgets' colours.

import { pageColour, palette } from "../../../widgets/palette.ts";

/** Puts the theme's class on the document, and keeps it as the system changes. */
export function followSystemTheme(): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => document.documentElement.classList.toggle("wa-dark", dark.matches);
  dark.addEventListener("change", apply);
  apply();
  const colours = new CSSStyleSheet();
  colours.replaceSync(`:root{--page:${pageColour};${palette}}`);
  document.adoptedStyleSheets = [colours];
}
