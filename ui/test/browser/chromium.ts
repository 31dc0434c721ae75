import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { extname, join, normalize } from "node:path"

/** The browser of this machine, or undefined: then the tests that need one are left out by name. */
export const chromiumPath: string | undefined = [
  process.env["CHROMIUM_PATH"],
  "/usr/bin/chromium",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path))

/** As strict as the control plane's: everything from this origin, no inline script, no inline style. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
}

export interface BuiltSite {
  readonly url: string
  /** Answers of `POST /api/v1/session`, by code. */
  readonly close: () => Promise<void>
}

/** What the site's stand-in API says to a sign-in code: a status and the end of a problem type. */
export type CodeAnswers = Readonly<Record<string, { readonly status: number; readonly type?: string }>>

/** Serves a built dashboard as the control plane does: files, else index.html, under the strict policy. */
export async function serveBuilt(directory: string, codes: CodeAnswers): Promise<BuiltSite> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost")
    const send = (status: number, type: string, body: string | Buffer) =>
      response.writeHead(status, { "content-type": type, "content-security-policy": CONTENT_SECURITY_POLICY }).end(body)
    if (pathname === "/api/v1/session") {
      const chunks: Array<Buffer> = []
      request.on("data", (chunk: Buffer) => chunks.push(chunk))
      request.on("end", () => {
        if (request.method === "GET") return send(401, "application/problem+json", "{}")
        const { code } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { code: string }
        const answer = codes[code] ?? { status: 401, type: "code-unknown" }
        return send(
          answer.status,
          "application/problem+json",
          JSON.stringify({ type: `urn:muster:problem:${answer.type ?? ""}` }),
        )
      })
      return
    }
    const file = join(directory, normalize(pathname))
    const type = TYPES[extname(file)]
    readFile(type === undefined ? join(directory, "index.html") : file).then(
      (body) => send(200, type ?? "text/html; charset=utf-8", body),
      () => send(404, "text/plain", "not found"),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.closeAllConnections()
        server.close((error) => (error === undefined ? resolve() : reject(error)))
      }),
  }
}
