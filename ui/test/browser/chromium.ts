import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { extname, join, normalize } from "node:path"
import { chromium } from "playwright-core"
import type { Browser } from "playwright-core"
import type { FakeMuster } from "./fake-muster.ts"

/** The browser of this machine, or undefined: then the tests that need one are left out by name. */
export const chromiumPath: string | undefined = [
  process.env["CHROMIUM_PATH"],
  "/usr/bin/chromium",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path))

export const launchChromium = (): Promise<Browser> => chromium.launch({ executablePath: chromiumPath ?? "" })

/** A page as on a desk, and at rest: no look meets a half-way state. */
export const DESK = { viewport: { width: 1360, height: 800 }, reducedMotion: "reduce" } as const

/** As strict as the control plane's: everything from this origin, no inline script, no inline style. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
}

export interface BuiltSite {
  readonly url: string
  readonly close: () => Promise<void>
}

/** What the site's stand-in API says to a sign-in code: a status and the end of a problem type. */
export type CodeAnswers = Readonly<Record<string, { readonly status: number; readonly type?: string }>>

/** Serves a built dashboard as the control plane does: files, else index.html, under the strict policy. */
export async function serveBuilt(directory: string, muster: FakeMuster, codes: CodeAnswers = {}): Promise<BuiltSite> {
  const server = createServer((request, response): void => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost")
    const send = (status: number, type: string, body: string | Buffer) =>
      response.writeHead(status, { "content-type": type, "content-security-policy": CONTENT_SECURITY_POLICY }).end(body)
    const problem = (status: number, body: unknown): void =>
      void send(status, "application/problem+json", JSON.stringify(body))
    if (pathname === "/api/v1/session" && request.method === "POST") {
      const chunks: Array<Buffer> = []
      request.on("data", (chunk: Buffer) => chunks.push(chunk))
      request.on("end", (): void => {
        const { code } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { code: string }
        const answer = codes[code] ?? { status: 401, type: "code-refused" }
        if (answer.status === 200) muster.setSignedIn(true)
        problem(answer.status, { type: `urn:muster:problem:${answer.type ?? ""}` })
      })
      return
    }
    if (pathname.startsWith("/api/")) {
      const answer = muster.answer(request)
      // Somebody waits for this answer for as long as the page is open.
      if (answer === "never") return
      const unknown = { status: 404, body: { type: "urn:muster:problem:not-found", title: "", status: 404 } }
      const { status, body } = answer ?? unknown
      problem(status, body)
      return
    }
    const file = join(directory, normalize(pathname))
    const type = TYPES[extname(file)]
    readFile(type === undefined ? join(directory, "index.html") : file).then(
      (body) => send(200, type ?? "text/html; charset=utf-8", body),
      () => send(404, "text/plain", "not found"),
    )
  })
  muster.attach(server)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      // Closing the live feed closes the server it hangs on.
      server.closeAllConnections()
      await muster.close()
    },
  }
}
