import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { Server } from "socket.io"
import { serveHelper } from "../helper/serve.ts"
import { atRate } from "../pacing.ts"

interface Message {
  readonly events: readonly { readonly data: object }[]
}

interface PostAtRate {
  readonly sample: Message
  readonly filler: string
  readonly perSecond: number
  readonly seconds: number
}

/** The same payload with another text. */
const withText = (sample: Message, text: string): Message => ({
  ...sample,
  events: sample.events.slice(0, 1).map((one) => ({ ...one, data: { ...one.data, text } })),
})

/** socket.io and nothing behind it: what it is given goes to everybody. */
serveHelper(async () => {
  const http = createServer()
  const io = new Server(http, { serveClient: false, transports: ["websocket"] })
  http.listen(0, "127.0.0.1")
  await once(http, "listening")
  const { port } = http.address() as AddressInfo
  return {
    handlers: {
      url: () => `http://127.0.0.1:${port}`,
      post: ({ sample, text }: { sample: Message; text: string }) => {
        io.emit("events", withText(sample, text))
      },
      postAtRate: ({ sample, filler, ...rate }: PostAtRate) =>
        atRate(rate, (due) => {
          io.emit("events", withText(sample, `${due} ${filler}`))
        }),
    },
    stop: () => io.close(),
  }
})
