import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The script of the frame that draws diagrams: one file that is no module, because a module needs CORS in a frame without an origin. */
export default defineConfig({
  publicDir: false,
  resolve: { alias: { katex: file("src/diagrams/leftout.ts"), "elkjs/lib/elk.bundled.js": file("src/diagrams/leftout.ts") } },
  build: {
    outDir: file("../../Chatbox.Node/wwwroot"),
    emptyOutDir: false,
    target: "es2023",
    license: { fileName: "diagram-licences.txt" },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 10_000,
    rolldownOptions: {
      input: file("src/diagrams/frame.ts"),
      output: { format: "iife", entryFileNames: "diagramframe.js" },
    },
  },
});
