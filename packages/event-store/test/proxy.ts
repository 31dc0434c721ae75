import { connect, createServer, type AddressInfo, type Socket } from "node:net"
import { once } from "node:events"

/** What the proxy does to bytes: passes them on, or drops them in both directions. */
type ProxyMode = "pass" | "silent"

export interface TcpProxy {
  /** The connection string with the proxy's address in the place of the server's. */
  readonly url: string
  /** Applies to open connections and to new ones. */
  setMode(mode: ProxyMode): void
  /**
   * Once: when a client sends this text, the server gets it, and its answer is dropped together with the connection, after
   * `meanwhile` has run.
   */
  loseReplyTo(text: string, meanwhile?: () => Promise<unknown>): void
  /** So many times: cuts a client off once it got this many bytes on its connection, in the middle of an answer. */
  cutMidway(times: number, afterBytes: number): void
  /** Passes nothing on any more on the connections that are open now, in either direction; new ones are not touched. */
  silenceOpen(): void
  /** Cuts the clients off and says how many; the server's side stays open, as when a network drops. */
  cutClients(): number
  close(): Promise<void>
}

/** A door in front of a server that can break in the ways a network does. */
export const startProxy = async (targetUrl: string): Promise<TcpProxy> => {
  const target = new URL(targetUrl)
  const sockets = new Set<Socket>()
  const clients = new Set<Socket>()
  const silenced = new WeakSet<Socket>()
  let mode: ProxyMode = "pass"
  let trigger: { readonly text: string; readonly meanwhile: () => Promise<unknown> } | undefined

  let cuts = { left: 0, afterBytes: 0 }
  const server = createServer((client) => {
    let answered = 0
    const upstream = connect(Number(target.port), target.hostname)
    for (const socket of [client, upstream]) {
      // Passed on at once, as the two sides would send it themselves.
      socket.setNoDelay(true)
      sockets.add(socket)
      // A broken pipe is what this proxy is for.
      socket.on("error", () => socket.destroy())
      socket.on("close", () => sockets.delete(socket))
    }
    clients.add(client)
    client.on("close", () => clients.delete(client))
    client.on("end", () => upstream.end())
    upstream.on("close", () => client.destroySoon())
    let losing: (() => Promise<unknown>) | undefined
    const lose = async (meanwhile: () => Promise<unknown>) => {
      await meanwhile()
      client.destroy()
      upstream.destroy()
    }
    client.on("data", (bytes) => {
      if (trigger !== undefined && bytes.includes(trigger.text)) {
        losing = trigger.meanwhile
        trigger = undefined
      }
      if (mode === "pass" && !silenced.has(client)) upstream.write(bytes)
    })
    upstream.on("data", (bytes) => {
      if (losing !== undefined) void lose(losing)
      else if (mode === "pass" && !silenced.has(client)) {
        answered += bytes.length
        client.write(bytes)
        if (cuts.left > 0 && answered >= cuts.afterBytes) {
          cuts.left -= 1
          client.end()
          upstream.destroy()
        }
      }
    })
  }).listen(0, "127.0.0.1")
  await once(server, "listening")

  const url = new URL(targetUrl)
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    setMode: (next) => {
      mode = next
    },
    loseReplyTo: (text, meanwhile = () => Promise.resolve()) => {
      trigger = { text, meanwhile }
    },
    cutMidway: (times, afterBytes) => {
      cuts = { left: times, afterBytes }
    },
    silenceOpen: () => {
      for (const client of clients) silenced.add(client)
    },
    cutClients: () => {
      const cut = clients.size
      for (const client of clients) client.destroy()
      return cut
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, "close")
    },
  }
}
