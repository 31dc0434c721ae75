import { defineConfig } from "vitest/config"

/** Every page in every state in a real browser, which takes minutes: `npm run test:long`. */
export default defineConfig({
  test: {
    environment: "node",
    include: ["test/browser/matrix/{axe,fits}.test.ts"],
    globalSetup: ["test/browser/build.ts"],
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
})
