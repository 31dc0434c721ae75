import { Protocol } from "@modelcontextprotocol/sdk/shared/protocol.js"
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js"
import {
  CallToolRequestSchema,
  InitializeRequestSchema,
  isJSONRPCErrorResponse,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  JSONRPCMessageSchema,
  LATEST_PROTOCOL_VERSION,
  ListToolsRequestSchema,
  type Notification,
  type Request,
  type RequestId,
  type Result,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/sdk/types.js"
import { listTools, ownTools, teamTools } from "@muster/contracts"
import { v7 } from "uuid"
import { TOOLS_BATCH_MAX } from "#src/tools/limits.ts"
import type { ToolSession } from "#src/tools/session.ts"
import { AGENT_VERSION } from "#src/version.ts"

/** What goes back over HTTP. Without a body: nothing was asked. */
export interface Exchange {
  readonly status: 200 | 202 | 400
  readonly body?: string
  /** Named to a client that begins: it sends it along, and its calls can be told from those of another. */
  readonly mcpSession?: string
}

/**
 * The protocol's engine of the SDK without its ready-made server: that one brings a JSON Schema validator for what a server may ask of a
 * client, which costs an agent more memory than all the rest, and these tools ask nothing.
 */
class ToolProtocol extends Protocol<Request, Notification, Result> {
  protected override assertCapabilityForMethod(): void {
    // Nothing is asked of the client.
  }
  protected override assertNotificationCapability(): void {
    // Nothing is told to it unasked.
  }
  protected override assertRequestHandlerCapability(): void {
    // What is handled is named below, next to the capabilities.
  }
  protected override assertTaskCapability(): void {
    // The client is given no tasks of the protocol's own kind.
  }
  protected override assertTaskHandlerCapability(): void {
    // Nor does it give any.
  }
}

const protocolFor = (session: ToolSession, client: string | undefined): ToolProtocol => {
  const protocol = new ToolProtocol()
  protocol.setRequestHandler(InitializeRequestSchema, ({ params: { protocolVersion } }) => ({
    protocolVersion: SUPPORTED_PROTOCOL_VERSIONS.includes(protocolVersion) ? protocolVersion : LATEST_PROTOCOL_VERSION,
    capabilities: { tools: {} },
    serverInfo: { name: "muster", version: AGENT_VERSION },
  }))
  protocol.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [...tools] }))
  protocol.setRequestHandler(CallToolRequestSchema, async ({ params }, { requestId, signal }) => {
    const key = client === undefined ? v7() : `${client}:${requestId}`
    const { text, isError } = await session.call(params.name, params.arguments ?? {}, key, signal)
    return { content: [{ type: "text", text }], ...(isError === undefined ? {} : { isError }) }
  })
  return protocol
}

const tools = [...listTools(ownTools), ...listTools(teamTools)]

const fault = (code: number, message: string): Exchange => ({
  status: 400,
  body: JSON.stringify({ jsonrpc: "2.0", error: { code, message }, id: null }),
})
const PARSE_ERROR = -32_700
const INVALID_REQUEST = -32_600

/** One HTTP request is one exchange: its messages go in, the answers to its requests come out. */
class OneExchange implements Transport {
  onmessage?: Transport["onmessage"]
  onclose?: () => void
  readonly #open: Set<RequestId>
  readonly #answers: JSONRPCMessage[] = []
  #settle: (answers: readonly JSONRPCMessage[]) => void = () => undefined
  readonly answered: Promise<readonly JSONRPCMessage[]>

  constructor(requests: readonly RequestId[]) {
    this.#open = new Set(requests)
    this.answered = new Promise((resolve) => {
      this.#settle = resolve
    })
  }
  async start(): Promise<void> {
    // Nothing to open: the request is there.
  }
  async send(message: JSONRPCMessage): Promise<void> {
    if (!isJSONRPCResultResponse(message) && !isJSONRPCErrorResponse(message)) return
    if (message.id === undefined || !this.#open.delete(message.id)) return
    this.#answers.push(message)
    if (this.#open.size === 0) this.#settle(this.#answers)
  }
  async close(): Promise<void> {
    this.#settle(this.#answers)
    this.onclose?.()
  }
}

const parse = (body: string): readonly JSONRPCMessage[] | Exchange => {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch (error) {
    if (error instanceof SyntaxError) return fault(PARSE_ERROR, "The body is not JSON.")
    throw error
  }
  const all: readonly unknown[] = Array.isArray(json) ? json : [json]
  if (all.length === 0 || all.length > TOOLS_BATCH_MAX)
    return fault(INVALID_REQUEST, `A request holds 1 to ${TOOLS_BATCH_MAX} messages.`)
  const messages: JSONRPCMessage[] = []
  for (const each of all) {
    const parsed = JSONRPCMessageSchema.safeParse(each)
    if (!parsed.success) return fault(INVALID_REQUEST, "This is no message of JSON-RPC 2.0.")
    messages.push(parsed.data)
  }
  return messages
}

const isExchange = (value: readonly JSONRPCMessage[] | Exchange): value is Exchange => !Array.isArray(value)

/** Answers one HTTP request to the tools of an assignment. `client`: the name that `initialize` gave to whoever asks. */
export const exchange = async (
  session: ToolSession,
  body: string,
  { client, signal }: { readonly client: string | undefined; readonly signal: AbortSignal },
): Promise<Exchange> => {
  const messages = parse(body)
  if (isExchange(messages)) return messages
  const requests = messages.filter(isJSONRPCRequest)
  if (requests.length === 0) return { status: 202 }
  const protocol = protocolFor(session, client)
  const transport = new OneExchange(requests.map(({ id }) => id))
  await protocol.connect(transport)
  const leave = () => void transport.close()
  signal.addEventListener("abort", leave, { once: true })
  try {
    for (const message of messages) transport.onmessage?.(message)
    const answers = await transport.answered
    const begins = requests.some(({ method }) => method === "initialize")
    return {
      status: 200,
      body: JSON.stringify(requests.length === 1 && messages.length === 1 ? answers[0] : answers),
      ...(begins ? { mcpSession: v7() } : {}),
    }
  } finally {
    signal.removeEventListener("abort", leave)
    await protocol.close()
  }
}
