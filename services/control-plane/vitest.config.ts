import { defineConfig } from "vitest/config"

// Generous bounds: they only end tests that hang. A busy machine takes its time. Files share what they import: to load the server anew for
// each of them takes longer than the tests.
export default defineConfig({ test: { isolate: false, testTimeout: 60_000, hookTimeout: 60_000 } })
