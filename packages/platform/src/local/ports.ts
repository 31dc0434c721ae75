import { once } from "node:events"
import { readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"

const portIfFree = async (wanted: number): Promise<number | undefined> => {
  const server = createServer().listen(wanted, "127.0.0.1")
  try {
    await once(server, "listening")
  } catch {
    return undefined
  }
  const address = server.address()
  server.close()
  await once(server, "close")
  if (address === null || typeof address === "string") throw new TypeError("a TCP server has a port")
  return address.port
}

/** A TCP port of 127.0.0.1 that nobody listens on now. It can be lost again before it is bound: callers retry. */
export const freePort = async (): Promise<number> => {
  const port = await portIfFree(0)
  if (port === undefined) throw new TypeError("no port of 127.0.0.1 is free")
  return port
}

const recordedPort = (record: string): number => {
  try {
    return Number.parseInt(readFileSync(record, "utf8"), 10)
  } catch {
    return Number.NaN
  }
}

/**
 * The port that `record` names, when it is free, else any free one; kept in `record` for the next time. Whoever outlives a restart of
 * the server then finds it at the same address.
 */
export const steadyPort = async (record: string): Promise<number> => {
  const recorded = recordedPort(record)
  const kept = recorded > 0 && recorded < 65_536 ? await portIfFree(recorded) : undefined
  const port = kept ?? (await freePort())
  writeFileSync(record, `${port}\n`, { mode: 0o600 })
  return port
}
