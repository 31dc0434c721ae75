import { defineConfig } from "vitest/config"

/** The proofs at full size: `npm run test:long`. */
export default defineConfig({
  test: {
    include: ["test/long/*.test.ts"],
    setupFiles: ["test/setup.ts"],
    fileParallelism: false,
    testTimeout: 1_800_000,
    hookTimeout: 1_200_000,
  },
})
