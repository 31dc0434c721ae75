import { defineConfig } from "vitest/config"

/** Every file starts a product of its own, with a database and a bus: one after the other. Nothing asserts on how long it takes. */
export default defineConfig({
  test: {
    include: ["test/*.test.ts"],
    setupFiles: ["test/setup.ts"],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
})
