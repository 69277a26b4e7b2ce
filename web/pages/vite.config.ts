import { copyFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const out = file("../../Chatbox.Node/wwwroot");

/** The older service called the chat page chat.html. */
const olderName: Plugin = { name: "older-name", apply: "build", closeBundle: () => copyFileSync(`${out}/index.html`, `${out}/chat.html`) };

export default defineConfig({
  base: "./", // the pages lie under a path prefix that only the server knows
  plugins: [olderName],
  resolve: { conditions: ["source"] }, // the sources of the client, not its package
  build: {
    outDir: out,
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0, // the content security policy refuses data: addresses
    modulePreload: { polyfill: false },
    license: { fileName: "licences.txt" }, // of the packages in the scripts; their comments are removed
    reportCompressedSize: false,
    rolldownOptions: {
      input: { chat: file("index.html"), sessions: file("sessions.html"), admin: file("admin.html") },
      output: {
        // The server sends an ETag with each file, and browsers revalidate it: names need no hash.
        entryFileNames: "[name].js",
        chunkFileNames: ({ name }) => `${name.replace(/\W.*/, "")}.js`,
        assetFileNames: "[name][extname]",
        // One request for what the pages share, but for what the chat page needs later, if at all.
        codeSplitting: { groups: [{ name: "common", minShareCount: 2, test: /^(?!.*src.(admin.|serverevents|player|waves|fileaddress))/ }] },
      },
    },
  },
});
