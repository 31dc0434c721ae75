import { BUS_VERSION, type PresenceValue } from "@muster/contracts"
import { type IncarnationId, REASON_MAX_CHARS } from "@muster/domain"
import type { AgentBus } from "@muster/team-bus/agent"
import { messageOf } from "#src/errors.ts"
import { liveAssignments, type JournalState } from "#src/journal/fold.ts"
import type { Log } from "#src/log.ts"
import { latch } from "#src/pause.ts"
import { AGENT_VERSION } from "#src/version.ts"
import { storable } from "#src/work/storable.ts"

export interface PresenceOptions {
  readonly bus: Pick<AgentBus, "beat">
  readonly incarnation: IncarnationId
  readonly state: JournalState
  readonly slots: () => number
  readonly status: () => { readonly status: PresenceValue["status"]; readonly blockedReason: string | null }
  readonly beatMillis: number
  /** Runs with every beat: housekeeping that wants the bus. */
  readonly onBeat: () => Promise<void>
  readonly log: Log
}

export interface Presence {
  readonly run: (signal: AbortSignal) => Promise<void>
  /** Beats at once. */
  readonly beatNow: () => void
}

/** Says every few seconds that the agent lives, and with which assignments. */
export const createPresence = (options: PresenceOptions): Presence => {
  const { bus, incarnation, state, slots, status, beatMillis, onBeat, log } = options
  const wake = latch()
  const value = (): PresenceValue => {
    const { status: now, blockedReason } = status()
    return {
      v: BUS_VERSION,
      incarnation,
      agentVersion: AGENT_VERSION,
      status: now,
      blockedReason: blockedReason === null ? null : storable(blockedReason, REASON_MAX_CHARS),
      slots: slots(),
      live: liveAssignments(state),
      at: new Date().toISOString(),
    }
  }
  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      try {
        await bus.beat(value())
        await onBeat()
      } catch (error) {
        log.debug({ error: messageOf(error) }, "a heartbeat could not be sent")
      }
      await wake.wait(beatMillis, signal)
    }
  }
  return { run, beatNow: wake.ring }
}
