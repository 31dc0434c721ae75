import { once } from "node:events"
import { createServer } from "node:net"

/** A TCP port of 127.0.0.1 that nobody listens on now. It can be lost again before it is bound: callers retry. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  if (address === null || typeof address === "string") throw new TypeError("a TCP server has a port")
  return address.port
}
