/** A program that members may work with and that Muster does not contain: fetched from npm when somebody asks for it. */
export interface RuntimePackage {
  /** The name people and members' settings use; also the name of its folder. */
  readonly name: string
  readonly title: string
  /** The npm package and the one version Muster is made for. */
  readonly package: string
  readonly version: string
  /** What is started, below `node_modules/`. */
  readonly program: string
  /** Whether the program is a script for Node, or runs by itself. */
  readonly startedBy: "node" | "itself"
  /** What it takes on the disk with everything it depends on, roughly (Linux x64). */
  readonly sizeMegabytes: number
  /**
   * What the registry must have said of these packages (npm's `dist.integrity`), of those that are fetched on this platform. npm holds what
   * it unpacks against what the registry says; this holds the registry against what Muster was tried with.
   */
  readonly integrity?: Readonly<Record<string, string>>
  /**
   * A program that completes its installation at its first start and then removes this file below `node_modules/`. Members may not write
   * there, so it is started once, with these arguments, before it takes its place.
   */
  readonly completes?: { readonly file: string; readonly by: readonly string[] }
}

/** All of them are fetched with `--ignore-scripts`: nothing of it is carried out before a member uses it, but what `completes` says. */
export const RUNTIME_PACKAGES: readonly RuntimePackage[] = [
  {
    name: "openclaw",
    title: "OpenClaw",
    package: "openclaw",
    version: "2026.9.6",
    program: "openclaw/openclaw.mjs",
    startedBy: "node",
    sizeMegabytes: 650,
    completes: { file: "openclaw/.openclaw-lifecycle-pending", by: ["--version"] },
    integrity: {
      openclaw: "sha512-Ie0kyQSCVfFqixsgVg39vevUDq01Ch5u3+7Yu5Y3qARczmdAe+lzp8bVnO9925rHiW/+CFp70zfORCyPmCH31g==",
    },
  },
  {
    name: "opencode",
    title: "opencode",
    package: "opencode-ai",
    version: "1.18.33",
    // Its own starter only works once a script of the package has run; the program lies in the package of the platform.
    program: `opencode-${process.platform}-${process.arch}/bin/opencode`,
    startedBy: "itself",
    sizeMegabytes: 360,
    integrity: {
      "opencode-ai": "sha512-58P1ffLRXiAY4QeoABqUjqf6DEzm1ihpovvn9Ad+oOLbLiwK/rf88wruT9IATJ7AtNjmi8iA7pC8tN4o5y799Q==",
      "opencode-linux-x64":
        "sha512-q/t/3p2CTxOT9y2kvjesb/LZab2+1eqlhhWA02Be6mjTtmYtNBcBsrI5yDo4Fw7ZSPBW2oyMIGMNRqiKQjiAWw==",
    },
  },
  {
    name: "claude-code",
    title: "Claude Code, by its adapter for the Agent Client Protocol",
    package: "@agentclientprotocol/claude-agent-acp",
    version: "0.100.0",
    program: "@agentclientprotocol/claude-agent-acp/dist/index.js",
    startedBy: "node",
    sizeMegabytes: 390,
  },
  {
    name: "codex",
    title: "Codex CLI, by its adapter for the Agent Client Protocol",
    package: "@agentclientprotocol/codex-acp",
    version: "2.6.0",
    program: "@agentclientprotocol/codex-acp/dist/index.js",
    startedBy: "node",
    sizeMegabytes: 460,
  },
  {
    name: "gemini",
    title: "Gemini CLI",
    package: "@google/gemini-cli",
    version: "0.61.0",
    program: "@google/gemini-cli/bundle/gemini.js",
    startedBy: "node",
    sizeMegabytes: 100,
  },
]

export const findPackage = (name: string): RuntimePackage | undefined =>
  RUNTIME_PACKAGES.find((entry) => entry.name === name)
