import { defineConfig } from "vitest/config"

// Generous bounds: they only end tests that hang. Real servers on a busy machine take their time.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } })
