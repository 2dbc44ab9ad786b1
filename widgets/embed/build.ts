// What the build does beyond bundling: texts and styles into the iframe page's template, and compressed copies.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { texts } from "../opt-in-form/texts.ts";
import { pageStyles } from "./page-styles.ts";

/** Writes the visitor's texts for `[[name]]` in every page, and the style sheet into the iframe's. */
export function fillTemplates(): Plugin {
  const values: Record<string, unknown> = texts;
  return {
    name: "opt-in-kit:fill-templates",
    transformIndexHtml: {
      order: "pre",
      handler: (html, { path }) => {
        const filled = html
          .replace(/<!-- biome-ignore.*-->\n/gm, "")
          .replace(/\[\[(\w+)\]\]/g, (whole, name: string) => String(values[name] ?? whole));
        return path.includes("/embed/")
          ? filled.replace("</head>", `<style>${pageStyles(path)}</style></head>`)
          : filled;
      },
    },
  };
}

/** Writes .br and .gz beside each file that browsers fetch. */
export function precompress(): Plugin {
  return {
    name: "opt-in-kit:precompress",
    applyToEnvironment: (environment) => environment.config.consumer === "client",
    writeBundle({ dir }, bundle) {
      for (const name of Object.keys(bundle)) {
        if (!dir || !/\.(js|css|svg|json)$/.test(name)) continue;
        const file = join(dir, name);
        const bytes = readFileSync(file);
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
        writeFileSync(
          `${file}.br`,
          brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
        );
      }
    },
  };
}

/** Takes the white space out of the `css` and `html` literals, which minifiers leave alone. */
export function compactLiterals(): Plugin {
  return {
    name: "opt-in-kit:compact-literals",
    transform: {
      filter: { id: /\/widgets\/.*\.ts$/, code: /(css|html)`/ },
      handler: (code) => ({
        code: code.replace(/\n\s+/g, "\n").replace(/css`[^`]*`/g, compactCss),
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
