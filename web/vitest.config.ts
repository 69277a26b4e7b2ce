import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
  test: {
    include: ["*/tests/*.test.ts"],
    testTimeout: 30_000,
    isolate: false, // the tests share no state, and a process for each file costs seconds
  },
});
