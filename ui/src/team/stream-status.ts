import type { StreamStatus as ClientStatus } from "@muster/client"
import { START } from "@muster/domain"
import type { StreamStatus } from "#src/shell/status-model.ts"

/** The stream's own words in those of the status line. `rememberedAt`: what is shown was kept then, and nothing newer has come yet. */
export function statusFrom(
  status: ClientStatus,
  position: string,
  rememberedAt?: number,
  lagMillis?: number,
): StreamStatus {
  switch (status.kind) {
    case "live":
    case "stopped":
    case "refused":
      return { kind: "live", position, ...(lagMillis === undefined ? {} : { lagMillis }) }
    case "reconnecting":
      return {
        kind: "reconnecting",
        lostAt: status.sinceMillis,
        nextTryAt: status.retryAtMillis,
        position,
        ...(position === START ? { isEmpty: true } : {}),
        ...(rememberedAt === undefined ? {} : { shownAsOf: rememberedAt }),
      }
    case "catching-up":
      return {
        kind: "catching-up",
        behindEvents: status.behind,
        ...(rememberedAt === undefined ? {} : { shownAsOf: rememberedAt }),
      }
    case "offline":
      return { kind: "offline", asOf: rememberedAt ?? status.sinceMillis }
    case "session-ended":
    case "incompatible":
      return status
    default:
      return status satisfies never
  }
}
