import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));

/** `npm run app`: the app page, straight from the sources. */
export default defineConfig({
  root: here,
  cacheDir: fileURLToPath(new URL('../../.cache/vite-app', import.meta.url)),
  server: { fs: { allow: [fileURLToPath(new URL('../..', import.meta.url))] } },
  build: {
    outDir: fileURLToPath(new URL('../../.cache/app', import.meta.url)),
    emptyOutDir: true,
    // Browsers without top-level await have no light-dark() either.
    target: 'es2022',
  },
});
