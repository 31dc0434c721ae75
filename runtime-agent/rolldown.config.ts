import { defineConfig } from "rolldown"

/** One file with everything inlined: an instance needs Node and this. */
export default defineConfig({
  input: "src/main.ts",
  platform: "node",
  output: {
    dir: "dist",
    format: "esm",
    entryFileNames: "runtime-agent.mjs",
    codeSplitting: false,
    minify: true,
    cleanDir: true,
  },
})
