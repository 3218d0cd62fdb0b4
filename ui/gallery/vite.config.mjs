// The gallery: every part and every page with its examples. It has a folder of its own and is never shipped.
import { join } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

const gallery = import.meta.dirname;
const ui = join(gallery, "..");

/** Two doors of the pages lead elsewhere here: to told answers instead of the device, and to pseudo-words when asked. */
const told = {
  name: "told",
  enforce: "pre",
  resolveId(source, importer) {
    if (!importer?.startsWith(join(ui, "src"))) return undefined;
    if (/(^|\/)messages$/.test(source)) return join(gallery, "messages.ts");
    if (source === "./ask" && importer.startsWith(join(ui, "src/lib/bridge/"))) return join(gallery, "told.ts");
    return undefined;
  },
};

export default defineConfig({
  root: gallery,
  base: "./",
  plugins: [told, svelte({ configFile: join(ui, "svelte.config.js") })],
  build: { outDir: join(gallery, "dist"), emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: "es2022", chunkSizeWarningLimit: 1000, rolldownOptions: { checks: { pluginTimings: false } } },
});
