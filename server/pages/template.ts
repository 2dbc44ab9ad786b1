// The one way to fill a built page: sections kept by name, values escaped, nothing filled twice.

/**
 * Keeps the `<!-- name -->…<!-- /name -->` sections of `show`, drops the others, and writes the
 * values, escaped, for `{{name}}`.
 */
export function fillTemplate(
  template: string,
  { show, values }: { show: string[]; values: Record<string, string> },
): string {
  return keepSections(template, show).replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`The page has no value for ${name}.`);
    return escapeHtml(value);
  });
}

/** Text as HTML, also between quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function keepSections(html: string, show: string[]): string {
  return html.replace(
    /<!-- (\w+) -->([\s\S]*?)<!-- \/\1 -->/g,
    (_, name: string, inside: string) => (show.includes(name) ? keepSections(inside, show) : ""),
  );
}
