import { BUS_FIELD, PRESENCE_TTL_MILLIS, type PresenceValue, type ReportEnvelope } from "@muster/contracts"
import { type ControlEntry, readControls } from "#src/agent/controls.ts"
import { makeHealth, type BusLoss } from "#src/agent/health.ts"
import { openInboxReader, type TakenTask, type TakeOptions } from "#src/agent/tasks.ts"
import { run, runMany } from "#src/commands.ts"
import { keys } from "#src/keys.ts"
import { openLink } from "#src/link.ts"
import type { BusLog } from "#src/log.ts"

export interface AgentBusOptions {
  readonly url: string
  readonly username: string
  readonly password: string
  readonly teamId: string
  readonly memberId: string
  readonly incarnation: string
  readonly log: BusLog
}

/**
 * The member's half of the team bus. It reconnects for ever and never gives up by itself; what it cannot do now rejects with
 * a BusError (`BusUnavailable`, `BusDenied`, `BusGroupMissing`, `BusRefused`), reads wait instead.
 */
export interface AgentBus {
  /**
   * Up to `count` tasks from the inbox; waits `blockMillis` for the first. Empty when none came, when the bus is away (after a
   * growing pause: calling it in a loop does not spin) and when the signal aborts. Never rejects. What a lost connection had
   * fetched comes first after the reconnection. One call at a time.
   */
  readonly takeTasks: (count: number, options?: TakeOptions) => Promise<readonly TakenTask[]>
  /** What this incarnation took and has not acknowledged: asked first after a start. Waits until the bus answers. */
  readonly pendingTasks: (options?: { readonly signal?: AbortSignal }) => Promise<readonly TakenTask[]>
  /** Acknowledges entries that came to their end. Only the dispatcher deletes them, after it has recorded the outcome. */
  readonly done: (entryIds: readonly string[]) => Promise<void>
  /**
   * The log behind the bus was brought back from a copy: ids of entries that were taken may come again, for other tasks. Ask for the
   * pending ones afterwards.
   */
  readonly forgetTaken: () => void
  /** Everything the dispatcher says, from the beginning of the stream, on a connection of its own. Never rejects. */
  readonly controls: (signal: AbortSignal) => AsyncIterable<ControlEntry>
  /** Writes reports in order. When it rejects, some may have been written: send all of them again. */
  readonly report: (envelopes: readonly ReportEnvelope[]) => Promise<void>
  /** Sets the presence key for `PRESENCE_TTL_MILLIS`. */
  readonly beat: (presence: PresenceValue) => Promise<void>
  /** Changes with every rebuild of the bus, which forgets reports that were not recorded yet: send them again. */
  readonly generation: () => Promise<string | undefined>
  /** Why the bus does not work now; undefined when it does. */
  readonly loss: () => BusLoss | undefined
  readonly onLost: (listener: (loss: BusLoss) => void) => () => void
  readonly onBack: (listener: () => void) => () => void
  readonly close: () => Promise<void>
}

/** Starts connecting and returns at once; `loss()` is "disconnected" until the first connection stands. */
export const connectAgentBus = (options: AgentBusOptions): AgentBus => {
  const { url, username, password, teamId, memberId, incarnation, log } = options
  const member = { teamId, memberId }
  const health = makeHealth(["commands link", "inbox link", "controls link"])
  const closing = new AbortController()
  const open = (what: string, isBlocking: boolean) => {
    const part = `${what} link`
    return openLink({
      url,
      username,
      password,
      isBlocking,
      log,
      name: `agent-${what}`,
      onUp: () => health.heal(part),
      onDown: (error) => health.fail(part, error),
    })
  }
  const commands = open("commands", false)
  const inbox = open("inbox", true)
  const controls = open("controls", true)
  const reader = openInboxReader({ member, consumer: incarnation, blocking: inbox, commands, health })

  return {
    ...reader,
    controls: (signal) =>
      readControls({
        member,
        blocking: controls,
        commands,
        health,
        signal: AbortSignal.any([signal, closing.signal]),
      }),
    report: async (envelopes) => {
      const outbox = keys.outbox(member)
      await runMany(
        commands,
        envelopes.map((envelope) => ["xadd", outbox, "*", BUS_FIELD, JSON.stringify(envelope)] as const),
      )
    },
    beat: async (presence) => {
      const value = JSON.stringify(presence)
      await run(commands, (redis) => redis.set(keys.presence(member), value, "PX", PRESENCE_TTL_MILLIS))
    },
    generation: async () => (await run(commands, (redis) => redis.get(keys.generation(teamId)))) ?? undefined,
    loss: health.loss,
    onLost: health.onLost,
    onBack: health.onBack,
    close: async () => {
      closing.abort()
      await Promise.all([commands.close(), inbox.close(), controls.close()])
    },
  }
}
