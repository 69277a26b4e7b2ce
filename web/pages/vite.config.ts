import { defineConfig } from "vite";

export default defineConfig({
  base: "./", // the pages lie under a path prefix that only the server knows
  resolve: { conditions: ["source"] }, // the sources of the client, not its package
  build: {
    outDir: "../../Chatbox.Node/wwwroot",
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0, // the content security policy refuses data: addresses
    modulePreload: { polyfill: false },
    license: { fileName: "licences.txt" }, // of the packages in the scripts; their comments are removed
    reportCompressedSize: false,
    rolldownOptions: {
      // The server sends an ETag with each file, and browsers revalidate it: names need no hash.
      output: { entryFileNames: "chat.js", chunkFileNames: "[name].js", assetFileNames: "[name][extname]" },
    },
  },
});
