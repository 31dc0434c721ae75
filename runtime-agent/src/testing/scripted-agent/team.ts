import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"

export interface TeamServer {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** Calls a tool of the team as a real agent does, and gives back its text. */
export const callTeamTool = async (
  { url, headers }: TeamServer,
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<string> => {
  const client = new Client({ name: "scripted-agent", version: "1.0.0" })
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { ...headers } } })
  await client.connect(transport)
  try {
    const { content } = await client.callTool({ name, arguments: { ...args } })
    return (content as readonly { readonly text?: string }[]).map(({ text }) => text ?? "").join("\n")
  } finally {
    await client.close()
  }
}
