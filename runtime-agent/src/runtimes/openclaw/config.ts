import { join } from "node:path"
import {
  EXEC_BACKGROUND_MILLIS,
  GATEWAY_LOG_MAX_BYTES,
  MODEL_CONTEXT_TOKENS,
  MODEL_OUTPUT_TOKENS,
  OPENCLAW_SLOTS,
  TOOL_CALL_MAX_MILLIS,
  TURN_MAX_SECONDS,
} from "#src/runtimes/openclaw/limits.ts"

/** Places of one gateway, as it sees them itself. */
export interface GatewayPlaces {
  readonly home: string
  readonly work: string
}

export const stateDirOf = ({ home }: GatewayPlaces): string => join(home, "state")
export const configPathOf = ({ home }: GatewayPlaces): string => join(home, "openclaw.json")
export const logPathOf = ({ home }: GatewayPlaces): string => join(home, "gateway.log")

export const slotNumbers: readonly number[] = Array.from({ length: OPENCLAW_SLOTS }, (_, index) => index + 1)
/** The agent of OpenClaw that carries out what is in a slot. */
export const agentOf = (slot: number): string => `slot${slot}`
const toolServerOf = (slot: number): string => `team${slot}`

const GATEWAY_TOKEN = "OPENCLAW_GATEWAY_TOKEN"
const DOOR_TOKEN = "MUSTER_DOOR_TOKEN"
/** The door knows the true name of the model. */
export const MODEL_ID = "model"

const TOOLS = ["group:fs", "group:runtime", "ask_user"]

const perSlot = <A>(make: (slot: number) => readonly [string, A]): Readonly<Record<string, A>> =>
  Object.fromEntries(slotNumbers.map(make))

/**
 * The whole configuration of a gateway. OpenClaw tells a tool server nothing about the session that calls, and takes one model
 * endpoint for all: so each slot is an agent of its own, with its own endpoint and its own team tools, all behind the door.
 */
export const gatewayConfig = (port: number, doorUrl: string, places: GatewayPlaces): object => ({
  gateway: {
    mode: "local",
    port,
    bind: "loopback",
    auth: { mode: "token", token: `\${${GATEWAY_TOKEN}}` },
    controlUi: { enabled: false },
  },
  update: { checkOnStart: false },
  telemetry: { enabled: false },
  discovery: { mdns: { mode: "off" } },
  cron: { enabled: false },
  models: {
    mode: "replace",
    catalogRefresh: { enabled: false },
    providers: perSlot((slot) => [
      agentOf(slot),
      {
        baseUrl: `${doorUrl}/slot/${slot}/v1`,
        apiKey: `\${${DOOR_TOKEN}}`,
        api: "openai-completions",
        models: [
          {
            id: MODEL_ID,
            name: "Model",
            reasoning: false,
            input: ["text"],
            contextWindow: MODEL_CONTEXT_TOKENS,
            maxTokens: MODEL_OUTPUT_TOKENS,
            cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
          },
        ],
      },
    ]),
  },
  agents: {
    ownership: "explicit",
    defaults: {
      model: { primary: `${agentOf(1)}/${MODEL_ID}` },
      skipBootstrap: true,
      heartbeat: { every: "0m" },
      timeoutSeconds: TURN_MAX_SECONDS,
    },
    entries: perSlot((slot) => [
      agentOf(slot),
      {
        workspace: join(places.home, "workspaces", agentOf(slot)),
        model: { primary: `${agentOf(slot)}/${MODEL_ID}` },
        tools: { allow: [...TOOLS, `${toolServerOf(slot)}__*`] },
      },
    ]),
  },
  tools: {
    profile: "coding",
    // Otherwise team tools hide behind a search, and their results come wrapped in warnings.
    toolSearch: false,
    allow: [...TOOLS, "bundle-mcp", ...slotNumbers.map((slot) => `${toolServerOf(slot)}__*`)],
    exec: { mode: "full", backgroundMs: EXEC_BACKGROUND_MILLIS },
  },
  mcp: {
    servers: perSlot((slot) => [
      toolServerOf(slot),
      {
        url: `${doorUrl}/slot/${slot}/mcp`,
        transport: "streamable-http",
        requestTimeoutMs: TOOL_CALL_MAX_MILLIS,
        headers: { Authorization: `Bearer \${${DOOR_TOKEN}}` },
      },
    ]),
  },
  skills: { allowBundled: ["skill-creator"] },
  logging: { level: "info", consoleStyle: "json", file: logPathOf(places), maxFileBytes: GATEWAY_LOG_MAX_BYTES },
})

/** The variables of a gateway. Both tokens are worth something to this gateway only, and only while it lives. */
export const gatewayEnvironment = (
  places: GatewayPlaces,
  tokens: { readonly gateway: string; readonly door: string },
): Readonly<Record<string, string>> => ({
  OPENCLAW_HOME: places.home,
  OPENCLAW_STATE_DIR: stateDirOf(places),
  OPENCLAW_CONFIG_PATH: configPathOf(places),
  OPENCLAW_CONFIG_READONLY: "1",
  OPENCLAW_NO_RESPAWN: "1",
  OPENCLAW_SKIP_CHANNELS: "1",
  OPENCLAW_DISABLE_BONJOUR: "1",
  OPENCLAW_EXEC_SHELL_SNAPSHOT: "0",
  OPENCLAW_NO_AUTO_UPDATE: "1",
  OPENCLAW_OFFLINE: "1",
  [GATEWAY_TOKEN]: tokens.gateway,
  [DOOR_TOKEN]: tokens.door,
})
