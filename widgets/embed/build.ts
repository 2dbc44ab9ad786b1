// What the build does beyond bundling: styles into the iframe pages' templates, and compressed copies.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { pageStyles } from "./page-styles.ts";

/** Writes each iframe page's style sheet into it. */
export function fillTemplates(): Plugin {
  return {
    name: "opt-in-kit:fill-templates",
    transformIndexHtml: {
      order: "pre",
      handler: (html, { path }) => {
        const bare = html.replace(/<!-- biome-ignore.*-->\n/gm, "");
        return path.includes("/embed/")
          ? bare.replace("</head>", `<style>${pageStyles(path)}</style></head>`)
          : bare;
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
