import { defineConfig } from "vitest/config"

/** Real runtimes: large programs that start slowly on a busy machine. Nothing asserts on how long it takes unless its name says so. */
export default defineConfig({
  test: { include: ["test/long/*.test.ts"], maxWorkers: 1, testTimeout: 600_000, hookTimeout: 300_000 },
})
