import { defineConfig } from "rolldown"

/**
 * A file with everything that each agent needs, and beside it what is loaded with the first session of a runtime that needs it: an
 * instance needs Node and this folder.
 */
export default defineConfig({
  input: "src/main.ts",
  platform: "node",
  output: {
    dir: "dist",
    format: "esm",
    entryFileNames: "runtime-agent.mjs",
    chunkFileNames: "[name]-[hash].mjs",
    minify: true,
    cleanDir: true,
  },
})
