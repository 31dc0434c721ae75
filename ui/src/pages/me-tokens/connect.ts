const JSON_INDENT = 2
const API_PREFIX = "/api/v1"

/** What stands where the token goes: a token is shown once and is in no page. */
export const TOKEN_PLACEHOLDER = "YOUR_TOKEN"

/** Settings of an MCP client for this Muster, as most clients read them. `origin`: where this page came from. */
export const mcpSettings = (origin: string): string =>
  JSON.stringify(
    {
      mcpServers: {
        muster: {
          type: "http",
          url: `${origin}/mcp`,
          headers: { Authorization: `Bearer ${TOKEN_PLACEHOLDER}` },
        },
      },
    },
    undefined,
    JSON_INDENT,
  )

/** A first call of the API by hand. */
export const apiCall = (origin: string): string =>
  `curl -H "Authorization: Bearer ${TOKEN_PLACEHOLDER}" ${origin}${API_PREFIX}/teams`
