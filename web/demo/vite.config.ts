import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  server: { port: 5174, strictPort: true }, // FRAME_ANCESTORS of the chat names the port
  build: { modulePreload: { polyfill: false }, assetsInlineLimit: 0, reportCompressedSize: false },
});
