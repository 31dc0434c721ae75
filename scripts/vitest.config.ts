import { defineConfig } from "vitest/config"

// Programs are started here: a loaded machine may take long, and nothing asserts on time.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } })
