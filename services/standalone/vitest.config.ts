import { defineConfig } from "vitest/config"

/** Every file starts a product of its own, with a database and a bus: two at a time. Nothing asserts on how long it takes. */
export default defineConfig({
  test: {
    include: ["test/*.test.ts"],
    setupFiles: ["test/setup.ts"],
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
})
