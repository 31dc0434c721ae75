import { join } from "node:path"
import type { AcpAgent, AcpOptions } from "@muster/domain"
import type { RuntimeTask } from "#src/runtimes/contract.ts"

/** What the start of an agent depends on. Paths are as the agent sees them. */
export interface LaunchContext {
  /** How its program starts: the program itself, or Node and the program. Empty for `custom`. */
  readonly program: readonly string[]
  readonly home: string
  readonly model: RuntimeTask["model"]
  readonly options: AcpOptions
}

export interface Launch {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Files below its home that it reads at its start. */
  readonly files?: Readonly<Record<string, string>>
}

/** A program that speaks the Agent Client Protocol, and how it is started so that it works for Muster. */
export interface AcpAgentEntry {
  readonly title: string
  /** The folder in the runtimes directory, and what `npm run runtimes -- install` takes. Absent: nothing to install. */
  readonly installed?: string
  /** A program looked for in the system's folders when no folder is installed. */
  readonly systemProgram?: string
  /** How it talks with a model; `own`: not with Muster's endpoint, it brings its access in its environment. */
  readonly dialect: "chat-completions" | "responses" | "anthropic" | "own"
  /** It tells the tokens of its last model call instead of those of the turn: then they are recorded as the least that it used. */
  readonly tellsLastCallOnly?: true
  /**
   * Programs that start at the same moment over one home trip over each other's changes to the database they keep there: then each starts
   * when the one before has its session.
   */
  readonly startsAlone?: true
  /**
   * It asks for the list of a session's tools before it answers that the session is made, and goes on without a word when it cannot
   * have it: then it is not given work that it would do without the tools of the team.
   */
  readonly listsToolsFirst?: true
  /** What was really run, in words for the documentation. */
  readonly verified: string
  readonly launch: (context: LaunchContext) => Launch
}

/** The name of our model provider in the agents' own settings. */
const PROVIDER = "muster"
const KEY_VARIABLE = "MUSTER_MODEL_KEY"

const origin = (baseUrl: string): string => baseUrl.replace(/\/v1\/?$/u, "")

/** In `ask`, what changes nothing outside the work directory's own files is allowed without asking. */
const openCodePermission = (permissions: AcpOptions["permissions"]) =>
  permissions === "allow"
    ? { "*": "allow" }
    : { "*": "ask", read: "allow", glob: "allow", grep: "allow", list: "allow", todowrite: "allow", "team_*": "allow" }

const openCode: AcpAgentEntry = {
  title: "opencode",
  installed: "opencode",
  dialect: "chat-completions",
  tellsLastCallOnly: true,
  // 1.18.33: "Failed query: CREATE TABLE …" at a first start, "database is locked" later (anomalyco/opencode#33320).
  startsAlone: true,
  listsToolsFirst: true,
  verified: "run with opencode-ai 1.18.33 over the conformance suite (`npm run agents`)",
  launch: ({ program, model, options }) => ({
    argv: [...program, "acp"],
    env: {
      OPENCODE_DISABLE_MODELS_FETCH: "1",
      OPENCODE_DISABLE_AUTOUPDATE: "1",
      OPENCODE_DISABLE_DEFAULT_PLUGINS: "1",
      OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
      OPENCODE_CONFIG_CONTENT: JSON.stringify({
        autoupdate: false,
        share: "disabled",
        permission: openCodePermission(options.permissions),
        ...(model === undefined
          ? {}
          : {
              enabled_providers: [PROVIDER],
              model: `${PROVIDER}/${model.model}`,
              small_model: `${PROVIDER}/${model.model}`,
              provider: {
                [PROVIDER]: {
                  npm: "@ai-sdk/openai-compatible",
                  name: "Muster",
                  options: { baseURL: model.baseUrl, apiKey: `{env:${KEY_VARIABLE}}` },
                  models: { [model.model]: { name: model.model } },
                },
              },
            }),
      }),
      ...(model === undefined ? {} : { [KEY_VARIABLE]: model.apiKey }),
    },
  }),
}

const claudeCode: AcpAgentEntry = {
  title: "Claude Code",
  installed: "claude-code",
  dialect: "anthropic",
  verified: "the protocol was driven by hand with claude-agent-acp 0.100.0; not through this runtime",
  launch: ({ program, home, model }) => ({
    argv: program,
    env: {
      CLAUDE_CONFIG_DIR: join(home, ".claude"),
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
      ...(model === undefined
        ? {}
        : {
            ANTHROPIC_BASE_URL: origin(model.baseUrl),
            ANTHROPIC_API_KEY: model.apiKey,
            ANTHROPIC_MODEL: model.model,
            ANTHROPIC_SMALL_FAST_MODEL: model.model,
          }),
    },
  }),
}

const codex: AcpAgentEntry = {
  title: "Codex",
  installed: "codex",
  dialect: "responses",
  // "duplicate column name" while it migrates its state (openai/codex#44474).
  startsAlone: true,
  verified: "not run: settings as its documentation gives them",
  launch: ({ program, home, model, options }) => ({
    argv: program,
    env: {
      CODEX_HOME: join(home, ".codex"),
      ...(model === undefined ? {} : { [KEY_VARIABLE]: model.apiKey }),
    },
    files: {
      ".codex/config.toml": [
        ...(model === undefined
          ? []
          : [`model = ${JSON.stringify(model.model)}`, `model_provider = ${JSON.stringify(PROVIDER)}`]),
        // The confinement is Muster's own; a second one inside it can not be set up.
        'sandbox_mode = "danger-full-access"',
        `approval_policy = ${JSON.stringify(options.permissions === "allow" ? "never" : "on-request")}`,
        "check_for_update_on_startup = false",
        ...(model === undefined
          ? []
          : [
              `[model_providers.${PROVIDER}]`,
              'name = "Muster"',
              `base_url = ${JSON.stringify(model.baseUrl)}`,
              `env_key = ${JSON.stringify(KEY_VARIABLE)}`,
              'wire_api = "responses"',
            ]),
        "",
      ].join("\n"),
    },
  }),
}

const gemini: AcpAgentEntry = {
  title: "Gemini CLI",
  installed: "gemini",
  dialect: "own",
  verified: "not run: it talks with Google's own interface only and needs GEMINI_API_KEY in the member's environment",
  launch: ({ program, options }) => ({
    argv: [...program, "--acp", ...(options.model === undefined ? [] : ["--model", options.model])],
    env: { GEMINI_CLI_DISABLE_AUTO_UPDATE: "1" },
  }),
}

const hermes: AcpAgentEntry = {
  title: "Hermes Agent",
  installed: "hermes",
  systemProgram: "hermes",
  dialect: "chat-completions",
  verified: "not run: it is no npm package; started as `hermes acp`, as its documentation says",
  launch: ({ program, home, model }) => ({
    argv: [...program, "acp"],
    env: {
      HERMES_HOME: join(home, ".hermes"),
      ...(model === undefined
        ? {}
        : { OPENAI_BASE_URL: model.baseUrl, OPENAI_API_KEY: model.apiKey, LLM_MODEL: model.model }),
    },
  }),
}

const custom: AcpAgentEntry = {
  title: "a program of your own",
  installed: "custom",
  dialect: "own",
  verified: "run with a small scripted agent over the whole conformance suite",
  launch: ({ options }) => ({ argv: options.argv ?? [], env: {} }),
}

/** All agents that the runtime knows, by the name in a member's options. */
export const acpAgents: Readonly<Record<AcpAgent, AcpAgentEntry>> = {
  opencode: openCode,
  "claude-code": claudeCode,
  codex,
  gemini,
  hermes,
  custom,
}

export const DEFAULT_AGENT: AcpAgent = "opencode"
