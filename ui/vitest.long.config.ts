import { defineConfig } from "vitest/config"

/** Every page at every width and in the settings of the system, in a real browser: `npm run test:long`. By axe `npm run ui:budgets` judges them, in the long tests of load-tests. */
export default defineConfig({
  test: {
    environment: "node",
    include: ["test/browser/matrix/{fits,system-settings}.test.ts"],
    globalSetup: ["test/browser/build.ts"],
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
})
