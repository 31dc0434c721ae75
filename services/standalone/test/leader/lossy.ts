import { createServer, request as httpRequest } from "node:http"
import type { AddressInfo } from "node:net"

/** A way to the control plane on which replies get lost. */
export interface LossyWay {
  readonly url: string
  /** Paths whose reply was lost, each once: the control plane had carried out the request by then. */
  readonly lost: readonly string[]
  readonly close: () => Promise<void>
}

/** Passes everything on, but the first reply to each path that `loses` names never arrives: the connection is cut instead. */
export const openLossyWay = async (target: string, loses: readonly RegExp[]): Promise<LossyWay> => {
  const lost: string[] = []
  const spared = new Set<RegExp>()
  const server = createServer((incoming, outgoing) => {
    const { method = "GET", url = "/", headers } = incoming
    const passed = httpRequest(
      new URL(url, target),
      { method, headers: { ...headers, connection: "close" } },
      (reply) => {
        const chunks: Buffer[] = []
        reply.on("data", (chunk: Buffer) => void chunks.push(chunk))
        reply.on("error", () => outgoing.destroy())
        reply.on("end", () => {
          const rule = loses.find((each) => !spared.has(each) && each.test(url))
          if (rule !== undefined && (reply.statusCode ?? 500) < 300) {
            spared.add(rule)
            lost.push(url)
            return outgoing.destroy()
          }
          outgoing.writeHead(reply.statusCode ?? 502, reply.headers)
          return outgoing.end(Buffer.concat(chunks))
        })
      },
    )
    passed.on("error", () => outgoing.destroy())
    incoming.pipe(passed)
  })
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => resolve())
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    lost,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
