import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import type { ToolAccess } from "#src/runtimes/contract.ts"

/** Team tools of several tasks, told apart by their bearer: says to whom a call belonged. */
export interface ToolServer {
  readonly access: (name: string) => ToolAccess
  readonly calls: string[]
  readonly close: () => Promise<void>
}

interface Request {
  readonly id?: number
  readonly method: string
  readonly params?: { readonly name?: string; readonly protocolVersion?: string }
}

export const startToolServer = async (): Promise<ToolServer> => {
  const calls: string[] = []
  const resultOf = ({ method, params }: Request, name: string): object => {
    if (method === "initialize")
      return {
        protocolVersion: params?.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: "test", version: "1" },
      }
    if (method === "tools/list")
      return {
        tools: [
          {
            name: "report_progress",
            description: "Says how far the work is.",
            inputSchema: { type: "object", properties: { note: { type: "string" } } },
          },
          { name: "look", description: "Says what there is.", inputSchema: { type: "object", properties: {} } },
        ],
      }
    calls.push(`${name} ${params?.name ?? ""}`)
    return { content: [{ type: "text", text: params?.name === "look" ? "seen" : `noted for ${name}` }] }
  }
  const server = createServer((request, response) => {
    let body = ""
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on("end", () => {
      if (request.method !== "POST") return void response.writeHead(405).end()
      const message = JSON.parse(body) as Request
      if (message.id === undefined) return void response.writeHead(202).end()
      const result = resultOf(message, request.headers.authorization?.replace("Bearer ", "") ?? "")
      return void response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ jsonrpc: "2.0", id: message.id, result }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()))
  const { port } = server.address() as AddressInfo
  return {
    access: (name) => ({ url: `http://127.0.0.1:${port}/mcp`, token: name, listed: Promise.resolve() }),
    calls,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
