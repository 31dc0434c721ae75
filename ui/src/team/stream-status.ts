import type { StreamStatus as ClientStatus } from "@muster/client"
import type { StreamStatus } from "#src/shell/status-model.ts"

/** The stream's own words in those of the status line. */
export function statusFrom(status: ClientStatus, position: string): StreamStatus {
  switch (status.kind) {
    case "live":
    case "stopped":
    case "refused":
      return { kind: "live", position }
    case "reconnecting":
      return { kind: "reconnecting", lostAt: status.sinceMillis, nextTryAt: status.retryAtMillis, position }
    case "catching-up":
      return { kind: "catching-up", behindEvents: status.behind }
    case "offline":
      return { kind: "offline", asOf: status.sinceMillis }
    case "session-ended":
    case "incompatible":
      return status
    default:
      return status satisfies never
  }
}
