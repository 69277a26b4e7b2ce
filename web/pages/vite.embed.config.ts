import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The script for pages of other sites: one file that is no module, because a module of another origin needs CORS. */
export default defineConfig({
  publicDir: false,
  build: {
    outDir: file("../../Chatbox.Node/wwwroot"),
    emptyOutDir: false,
    target: "es2022",
    reportCompressedSize: false,
    rolldownOptions: {
      input: file("src/embed.ts"),
      output: { format: "iife", entryFileNames: "embed.js" },
    },
  },
});
