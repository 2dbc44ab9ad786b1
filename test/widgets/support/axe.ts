// axe in the page: what is wrong by WCAG 2.2 AA.

import "axe-core";
import type axe from "axe-core";

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Each rule that is broken inside an element, with the first place. */
export async function violationsIn(element: Element): Promise<string[]> {
  const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(element, {
    runOnly: rules,
  });
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}
