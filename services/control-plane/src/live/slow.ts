import type { Socket } from "socket.io"
import { SOCKET_BUFFER_MAX_BYTES, SOCKET_BUFFER_MAX_PACKETS } from "#src/limits.ts"

/** What the engine keeps for a connection; it has no public name for these. */
interface EngineState {
  readonly writeBuffer?: readonly { readonly data?: unknown }[]
  readonly transport?: { readonly socket?: { readonly bufferedAmount?: number } }
}

const sizeOf = (data: unknown): number => (typeof data === "string" ? data.length : 0)

/** True when more waits to be sent to this viewer than we keep. */
export const isTooSlow = (socket: Pick<Socket, "conn">, maxBytes = SOCKET_BUFFER_MAX_BYTES): boolean => {
  const { writeBuffer = [], transport } = socket.conn as unknown as EngineState
  if (writeBuffer.length > SOCKET_BUFFER_MAX_PACKETS) return true
  let bytes = transport?.socket?.bufferedAmount ?? 0
  for (const { data } of writeBuffer) bytes += sizeOf(data)
  return bytes > maxBytes
}
