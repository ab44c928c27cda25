/** Builds the user interface into web/dist; `npm run dev -w web` serves it beside a running Millrace. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Pages share many small files; a request for each would cost more than the few bytes loaded too early.
    rollupOptions: {
      output: { experimentalMinChunkSize: 10_000 },
      // Its lists of exports do nothing themselves; or else whoever looks at a diagram loads the editors as well.
      treeshake: { moduleSideEffects: (id) => !/node_modules\/dmn-js[^/]*\/lib\/(.*\/)?index\.js$/.test(id) },
    },
  },
  server: {
    proxy: { '/api': { target: 'http://localhost:8080', ws: true } },
  },
});
