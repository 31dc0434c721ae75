import { defineConfig } from "vitest/config"

// Real servers are started once a file; starting them is what takes time.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } })
