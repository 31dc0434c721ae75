import { defineConfig } from "vitest/config"

/** The proofs at full size: `npm run test:long`. */
export default defineConfig({ test: { include: ["test/long/*.test.ts"], testTimeout: 900_000 } })
