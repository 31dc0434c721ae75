import { configurationReference } from "@muster/platform"

/** The reference of the environment variables as Markdown, from the table that reads them. */
export const configurationPage = (): string =>
  [
    "# Configuration",
    "",
    "Written by `npm run docs` from the table that reads the variables (`packages/platform/src/config/variables.ts`); do not edit.",
    "",
    "Muster needs no configuration to start. What differs from the defaults is set in the environment:",
    "",
    "    MUSTER_PORT=8080 npm start",
    "",
    "A variable that is set to nothing counts as unset. A value Muster can not use stops it before it touches anything, with one line",
    "that names the variable and exit status 2.",
    "",
    "| variable | default | what it is |",
    "|---|---|---|",
    ...configurationReference.map((entry) => `| \`${entry.name}\` | ${entry.default} | ${entry.what} |`),
    "",
    "Where programs are found that Muster drives but does not contain:",
    "",
    "| variable | default | what it is |",
    "|---|---|---|",
    "| `REDIS_SERVER` | `redis-server` or `valkey-server` in `PATH`, else one that is fetched | The program of the private Redis (≥ 7). |",
    "| `MUSTER_BWRAP` | `bwrap` in `PATH`, else one that is fetched | Bubblewrap, which confines tasks. |",
    "| `MUSTER_TOOLS_DIR` | `.muster/tools` in the project | Where fetched programs are kept. |",
    "| `MUSTER_RUNTIMES_DIR` | `.muster/runtimes` in the project | Where `npm run runtimes` installs runtimes and agents look for them. |",
    "| `CHROMIUM_PATH` | `chromium` or `google-chrome` in `PATH` | The browser of the tests. |",
    "",
  ].join("\n")
