// axe for the pages of a story.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

/**
 * An axe that looks for faults only. A page without frames is judged at once: the two steps that
 * frames need open another page for each check, and take twice as long.
 */
export function axeOn(page: Page): AxeBuilder {
  const alone = page.frames().length === 1;
  return new AxeBuilder({ page }).setLegacyMode(alone).options({ resultTypes: ["violations"] });
}
