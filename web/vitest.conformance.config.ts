import { defineConfig } from "vitest/config";

/** The client library against a real node: see client/conformance/node.ts. */
export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
  test: {
    include: ["client/conformance/*.test.ts"],
    pool: "forks",
    execArgv: ["--experimental-websocket"], // Node.js 20 has the browsers' WebSocket only behind this flag
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
