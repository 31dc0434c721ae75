import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js"
import { z } from "zod"
import type { ToolAccess } from "#src/runtimes/contract.ts"

/** A server of team tools as an agent meets it: one tool, behind a bearer. */
export const startToolServer = async (token: string) => {
  const calls: { readonly name: string; readonly arguments: unknown }[] = []
  const http = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      if (request.headers.authorization !== `Bearer ${token}`) {
        response.writeHead(401).end()
        return
      }
      const server = new McpServer({ name: "team", version: "1.0.0" })
      server.registerTool(
        "post_chat",
        { description: "Says something in the team's chat.", inputSchema: { text: z.string() } },
        ({ text }) => {
          calls.push({ name: "post_chat", arguments: { text } })
          return { content: [{ type: "text" as const, text: `posted: ${text}` }] }
        },
      )
      const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
      await server.connect(transport as Parameters<McpServer["connect"]>[0])
      await transport.handleRequest(request, response)
    }
    answer().catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve))
  const { port } = http.address() as AddressInfo
  const access: ToolAccess = { url: `http://127.0.0.1:${port}/mcp`, token, listed: Promise.resolve() }
  return {
    access,
    calls,
    close: async (): Promise<void> => {
      http.closeAllConnections()
      await new Promise<void>((resolve) => http.close(() => resolve()))
    },
  }
}
