// Dark or light, as the system says.

/** Puts the theme's class on the document, and keeps it as the system changes. */
export function followSystemTheme(): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => document.documentElement.classList.toggle("wa-dark", dark.matches);
  dark.addEventListener("change", apply);
  apply();
}
