import { defineConfig } from "vitest/config"

// Real servers are started and killed: a loaded machine may take long, and nothing here asserts on time.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } })
