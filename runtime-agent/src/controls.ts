import type { ControlMessage } from "@muster/contracts"
import { type IncarnationId, REASON_MAX_CHARS } from "@muster/domain"
import type { AgentBus } from "@muster/team-bus/agent"
import type { Log } from "#src/log.ts"
import type { Outbox } from "#src/outbox/outbox.ts"
import type { WorkLoop } from "#src/work/work-loop.ts"
import { storable } from "#src/work/storable.ts"

export interface ControlsOptions {
  readonly bus: Pick<AgentBus, "controls">
  readonly incarnation: IncarnationId
  readonly work: Pick<WorkLoop, "control">
  readonly outbox: Pick<Outbox, "acked" | "report">
  readonly onSettings: (settings: Extract<ControlMessage, { kind: "settings" }>) => void
  readonly onDrain: () => void
  readonly onRetire: (reason: string) => void
  readonly log: Log
}

/** Reads what the dispatcher says until the signal fires, however busy the slots are. */
export const obeyControls = async (options: ControlsOptions, signal: AbortSignal): Promise<void> => {
  const { bus, incarnation, work, outbox, onSettings, onDrain, onRetire, log } = options
  /** The stream is read again from its beginning after a rebuild; the same poison is reported once. */
  const reported = new Set<string>()
  for await (const { entryId, message, poison } of bus.controls(signal)) {
    if (message === undefined) {
      if (reported.has(entryId)) continue
      reported.add(entryId)
      log.warn({ entryId, reason: poison }, "a control message can not be understood")
      await outbox.report({ kind: "poison", stream: "ctl", entryId, reason: storable(poison, REASON_MAX_CHARS) })
      continue
    }
    switch (message.kind) {
      case "ack":
        // One that was meant for an incarnation before us speaks of other reports under the same numbers.
        if (message.incarnation === undefined || message.incarnation === incarnation) outbox.acked(message.seqs)
        break
      case "settings":
        onSettings(message)
        break
      case "drain":
        onDrain()
        break
      case "retire":
        // An old message to an incarnation before us is still on the stream.
        if (message.incarnation === incarnation) onRetire(message.reason)
        break
      default:
        work.control(message)
    }
  }
}
