// What the build does beyond bundling: heads and styles for the pages' templates, compact literals,
// and compressed copies.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";
import { palette } from "../palette.ts";
import { pageStyles } from "./page-styles.ts";

const head = `<head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex">`;

/** Writes the head that all pages of `widgets/embed/` share into each, and its style sheet. */
export function fillTemplates(): Plugin {
  return {
    name: "opt-in-kit:fill-templates",
    transformIndexHtml: {
      order: "pre",
      handler: (html, { path }) => {
        const bare = html.replace(/<!-- biome-ignore.*-->\n/gm, "");
        const [, name] = /\/embed\/(\w+)\.html$/.exec(path) ?? [];
        if (name === undefined) return bare;
        return bare
          .replace("<head>", head)
          .replace("</head>", `<style>${pageStyles(name)}</style></head>`);
      },
    },
  };
}

/** Writes .br and .gz next to each file that browsers fetch. */
export function precompress(): Plugin {
  return {
    name: "opt-in-kit:precompress",
    applyToEnvironment: (environment) => environment.config.consumer === "client",
    async writeBundle({ dir }, bundle) {
      const names = Object.keys(bundle).filter((name) => /\.(js|css|svg|json)$/.test(name));
      if (dir) await Promise.all(names.map((name) => compress(join(dir, name))));
    },
  };
}

/** Both at once, in zlib's threads. */
async function compress(file: string): Promise<void> {
  const bytes = await readFile(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
  const [zipped, brotli] = await Promise.all([
    promisify(gzip)(bytes, { level: 9 }),
    promisify(brotliCompress)(bytes, { params }),
  ]);
  await Promise.all([writeFile(`${file}.gz`, zipped), writeFile(`${file}.br`, brotli)]);
}

/**
 * Writes the palette into the `css` literals, and removes white space from them and from the `html`
 * literals: minifiers leave both alone, and every byte of a form's page counts.
 */
export function compactLiterals(): Plugin {
  return {
    name: "opt-in-kit:compact-literals",
    transform: {
      filter: { id: /\/widgets\/.*\.ts$/, code: /(css|html)`/ },
      handler: (code) => ({
        code: code
          .replace(/\$\{unsafeCSS\(palette\)\}/, palette)
          // Before an attribute, which our code always writes without spaces around its "=".
          .replace(/\n\s+(?=[?.@]?[\w-]+=)/g, " ")
          .replace(/\n\s+/g, "\n")
          .replace(/>\n(?=<|\$\{)/g, ">")
          .replace(/\}\n(?=<)/g, "}")
          .replace(/css`[^`]*`/g, compactCss),
        map: null,
      }),
    },
  };
}

function compactCss(css: string) {
  return css
    .replace(/\s+/g, " ")
    .replace(/\s*([{};,])\s*/g, "$1")
    .replace(/;}/g, "}")
    .replace(/: /g, ":");
}
