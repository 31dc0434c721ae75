import { defineConfig } from "vitest/config"

// Generous bounds: they only end tests that hang. A busy machine takes its time.
export default defineConfig({ test: { include: ["test/*.test.ts"], testTimeout: 120_000, hookTimeout: 60_000 } })
