import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'vue' } },
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2023', modulePreload: { polyfill: false } },
  // `vite cloud/console` for work on the page itself, beside a platform that runs.
  server: { proxy: { '/api': process.env['GANZHI_URL'] ?? 'http://127.0.0.1:8080' } },
  define: { __VUE_OPTIONS_API__: false, __VUE_PROD_DEVTOOLS__: false },
})
