import { readFileSync } from "node:fs"
import solid from "vite-plugin-solid"
import { defineConfig } from "vitest/config"

/** Where the control plane listens in development. The dashboard has no server of its own. */
const controlPlane = process.env["MUSTER_DEV_URL"] ?? "http://127.0.0.1:7400"

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as { version: string }

export default defineConfig({
  plugins: [solid()],
  define: { __VERSION__: JSON.stringify(version) },
  server: {
    host: "127.0.0.1",
    proxy: {
      "/api": { target: controlPlane },
      "/socket.io": { target: controlPlane, ws: true },
    },
  },
  build: {
    target: "es2023",
    // light-dark() in the tokens must survive as written: a lowered copy would double the style sheet.
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    // A data: URL would need an exception in the content security policy.
    assetsInlineLimit: 0,
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "jsdom",
          environment: "jsdom",
          setupFiles: ["test/setup.ts"],
          testTimeout: 30_000,
          include: ["test/**/*.test.{ts,tsx}"],
          exclude: ["test/browser/**"],
        },
      },
      {
        // These run in Node beside the browser: the plugin's browser builds of packages are not for them.
        extends: false,
        test: {
          name: "chromium",
          environment: "node",
          include: ["test/browser/**/*.test.ts"],
          // Every page at every width and in every setting takes long: vitest.long.config.ts has it.
          exclude: ["test/browser/matrix/fits.test.ts", "test/browser/matrix/system-settings.test.ts"],
          globalSetup: ["test/browser/build.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
