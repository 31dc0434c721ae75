import { defineConfig } from "vitest/config"

/** The proofs at full size: `npm run test:long`. */
export default defineConfig({
  test: {
    include: ["test/long/*.test.ts"],
    setupFiles: ["test/setup.ts"],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 300_000,
  },
})
