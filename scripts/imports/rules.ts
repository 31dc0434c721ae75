/** What the production code of a folder may import, beyond what turbo's tags can say (they know packages, not sub-paths or built-ins). */
export interface Rule {
  /** Folder below the root; the files of the longest matching one follow its rule. */
  readonly folder: string
  readonly why: string
  /** Modules of this project, whole names: "@muster/team-bus/agent" allows that entry alone. Undefined: what turbo allows. */
  readonly own?: readonly string[]
  /** Whether modules that come with Node may be imported. */
  readonly node: boolean
  /** Packages from npm, by name. Undefined: what the manifest declares. */
  readonly npm?: readonly string[]
  /** Folders of the same package that may not be reached from here, directly or through other files of it. */
  readonly notInside?: readonly string[]
}

export const RULES: readonly Rule[] = [
  { folder: "packages/domain/src", why: "domain is pure", own: [], node: false, npm: ["croner", "effect"] },
  {
    folder: "packages/contracts/src",
    why: "contracts are schemas that the browser and the agent load",
    own: ["@muster/domain"],
    node: false,
    npm: ["effect"],
  },
  {
    folder: "packages/projections/src",
    why: "projections are pure: the browser folds the same events",
    own: ["@muster/domain", "@muster/contracts"],
    node: false,
    npm: ["effect"],
  },
  {
    folder: "packages/client/src",
    why: "the client runs in the browser and in Node, and holds no server code",
    own: ["@muster/domain", "@muster/contracts", "@muster/projections"],
    node: false,
    npm: ["effect", "socket.io-client", "uuid"],
  },
  {
    folder: "ui/src",
    why: "the dashboard runs in the browser",
    own: ["@muster/domain", "@muster/contracts", "@muster/projections", "@muster/client"],
    node: false,
  },
  {
    folder: "runtime-agent/src",
    why: "the agent runs in instances and holds no server code",
    own: ["@muster/domain", "@muster/contracts", "@muster/contracts/tool-list.json", "@muster/team-bus/agent"],
    node: true,
  },
  {
    folder: "packages/team-bus/src/agent",
    why: "the member's half of the bus imports nothing of the server's",
    own: ["@muster/domain", "@muster/contracts"],
    node: true,
    notInside: ["packages/team-bus/src/server"],
  },
]

/**
 * Helpers for tests are not production code: they may import more, and only tests and other helpers may import them. The load tests are
 * tests as a whole.
 */
export const isTestHelper = (path: string): boolean => /\/src\/testing\//.test(path) || path.startsWith("load-tests/")
