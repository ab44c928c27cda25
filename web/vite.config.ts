/** Builds the user interface into web/dist; `npm run dev -w web` serves it beside a running Millrace. */
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** The lists of exports of dmn-js do nothing themselves; or else whoever looks at a diagram would load the editors as well. */
const listsOfExports: Plugin = {
  name: 'lists-of-exports',
  transform: (code, id) =>
    /node_modules\/dmn-js[^/]*\/lib\/(.*\/)?index\.js$/.test(id)
      ? { code, map: null, moduleSideEffects: false }
      : undefined,
};

/**
 * Words of an area register themselves where they are shown. In chunks of their own they come after what they register with,
 * and with nobody else: merged into another chunk they would run before it, or be loaded by every page. What only pages of
 * diagrams and of DMN files share keeps together as well, or it would be merged into what every page loads.
 */
const CHUNKS: readonly (readonly [name: string, modules: RegExp])[] = [
  ['i18next', /\/node_modules\/i18next\//],
  ['machine-texts', /\/src\/i18n\/machine-texts\.ts$/],
  ['decision-texts', /\/src\/i18n\/decision-texts\.ts$/],
  ['engineer-texts', /\/src\/i18n\/engineer-texts\.ts$/],
  ['layout', /\/src\/(diagram\/(layout|layering|ordering|alignment)|ui\/key-from)\.ts$/],
  ['dmn-files', /\/src\/(kernel\/xml-scan|decisions\/(create\/decision-key|diagram\/[a-z-]+(?<!viewer|modeler)))\.ts$/],
];
const chunkOf = (id: string): string | undefined => CHUNKS.find(([, modules]) => modules.test(id))?.[0];

export default defineConfig({
  plugins: [react(), listsOfExports],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Pages share many small files; a request for each would cost more than the few bytes loaded too early.
    rollupOptions: { output: { experimentalMinChunkSize: 3_000, manualChunks: chunkOf } },
  },
  server: {
    proxy: { '/api': { target: 'http://localhost:8080', ws: true } },
  },
});
