// Builds everything: the server, each widget as one self-contained file, the iframe page's
// template, the demo site.

import { defineConfig, type EnvironmentOptions } from "vite";
import { compactLiterals, fillTemplates, precompress } from "./widgets/embed/build.ts";

/**
 * Names alone are shortened: the minifier's own printer and compressor write newer syntax than ES5.
 */
const es5 = { compress: false, mangle: true, codegen: false } as const;

/**
 * Lit's licence asks to go wherever Lit goes: `licenses.txt` says it for all scripts, each of which
 * points there.
 */
const licenseFile = "licenses.txt";
const pointsToLicense = `/*! Licences: /widgets/${licenseFile} */`;
const pointsToPortalLicenses = `/*! Licences: /portal/assets/${licenseFile} */`;

/** How long its plugins take is nothing that whoever starts a server can act on. */
const quiet = { pluginTimings: false };

/** One self-contained script of the widgets; `name` is its path below `dist/widgets`. */
function script(input: string, name: string, format: "es" | "iife" = "es"): EnvironmentOptions {
  return {
    consumer: "client",
    build: {
      outDir: "dist/widgets",
      emptyOutDir: false,
      copyPublicDir: false,
      target: "es2022",
      modulePreload: false,
      ...(format === "es" && { license: { fileName: licenseFile } }),
      rolldownOptions: {
        input,
        checks: quiet,
        output: {
          format,
          entryFileNames: name,
          codeSplitting: false,
          ...(format === "iife" ? { minify: es5 } : { postBanner: pointsToLicense }),
        },
      },
    },
  };
}

/** A page of `dist`, with its scripts and styles as hashed files below `assets`. */
function page(input: string | string[], outDir: string, assets: string): EnvironmentOptions {
  return {
    consumer: "client",
    build: {
      outDir: "dist",
      emptyOutDir: false,
      copyPublicDir: false,
      target: "es2022",
      cssTarget: ["chrome123", "firefox120", "safari17.5"],
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      ...(assets === "portal/assets/" && {
        license: { fileName: `${outDir}/${assets}${licenseFile}` },
      }),
      rolldownOptions: {
        input,
        checks: quiet,
        output: {
          ...(outDir === "widgets" && { postBanner: pointsToLicense }),
          ...(assets === "portal/assets/" && { postBanner: pointsToPortalLicenses }),
          entryFileNames: `${outDir}/${assets}[name]-[hash].js`,
          chunkFileNames: `${outDir}/${assets}[name]-[hash].js`,
          assetFileNames: `${outDir}/${assets}[name]-[hash][extname]`,
        },
      },
    },
  };
}

const server: EnvironmentOptions = {
  consumer: "server",
  resolve: { external: true, noExternal: [] },
  build: {
    ssr: true,
    outDir: "dist/server",
    target: "node20",
    sourcemap: true,
    minify: false,
    rolldownOptions: {
      input: ["server/main.ts", "server/process/thread.ts"],
      checks: quiet,
      output: { entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
    },
  },
};

export default defineConfig({
  appType: "custom",
  publicDir: false,
  plugins: [compactLiterals(), fillTemplates(), precompress()],
  experimental: { renderBuiltUrl: (file) => `/${file.replace(/^demo\//, "")}` },
  environments: {
    server,
    optInForm: script("widgets/opt-in-form/define.ts", "opt-in-form.js"),
    preferenceToggles: script("widgets/preference-toggles/define.ts", "preference-toggles.js"),
    profileFlagEditor: script("widgets/profile-flag-editor/define.ts", "profile-flag-editor.js"),
    embed: script("widgets/embed/embed.ts", "embed.js", "iife"),
    formPage: page(
      ["widgets/embed/form.html", "widgets/embed/unsubscribe.html", "widgets/embed/confirm.html"],
      "widgets",
      "embed/",
    ),
    preferencesPage: page("widgets/embed/preferences.html", "widgets", "embed/"),
    editorPage: page("widgets/embed/editor.html", "widgets", "embed/"),
    site: page("demo/site/index.html", "demo", "site/assets/"),
    portal: page("demo/portal/index.html", "demo", "portal/assets/"),
  },
});
