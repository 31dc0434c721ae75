import { ControlMessage } from "@muster/contracts"
import { asBusError } from "#src/errors.ts"
import { runBlocking } from "#src/blocking.ts"
import { run } from "#src/commands.ts"
import { entryDecoder, type RawEntry } from "#src/decode.ts"
import type { Health } from "#src/agent/health.ts"
import { keys, type MemberRef } from "#src/keys.ts"
import type { Link } from "#src/link.ts"
import { BLOCK_MILLIS, CONTROL_READ_COUNT, RETRY_FIRST_DELAY_MILLIS, RETRY_MAX_DELAY_MILLIS } from "#src/limits.ts"
import { backoffMillis, pause, unlessAborted } from "#src/wait.ts"

/** What the dispatcher says, or an entry that cannot be understood. */
export type ControlEntry =
  | { readonly entryId: string; readonly message: ControlMessage; readonly poison?: undefined }
  | { readonly entryId: string; readonly poison: string; readonly message?: undefined }

export interface ControlsOptions {
  readonly member: MemberRef
  readonly blocking: Link
  readonly commands: Link
  readonly health: Health
  readonly signal: AbortSignal
}

const BEGINNING = "0-0"
const decodeControl = entryDecoder(ControlMessage)

const toEntry = ([entryId, fields]: RawEntry): ControlEntry => {
  const decoded = decodeControl(fields ?? [])
  return "value" in decoded ? { entryId, message: decoded.value } : { entryId, poison: decoded.poison }
}

/**
 * Everything on `:ctl` from its beginning, then what comes, until the signal aborts. After a rebuild of the bus (its
 * generation changed) it starts from the beginning again: a stream made anew owes nothing to the ids of the old one.
 */
export async function* readControls(options: ControlsOptions): AsyncGenerator<ControlEntry, void, undefined> {
  const { member, blocking, commands, health, signal } = options
  const stream = keys.control(member)
  let after = BEGINNING
  let generation: string | null | undefined
  let failures = 0
  while (!signal.aborted) {
    await blocking.whenUp(signal)
    if (signal.aborted) return
    try {
      const from = after
      const read = runBlocking(blocking, BLOCK_MILLIS, (redis) =>
        redis.xread("COUNT", CONTROL_READ_COUNT, "BLOCK", BLOCK_MILLIS, "STREAMS", stream, from),
      )
      const reply = (await unlessAborted(read, signal)) as
        | readonly [readonly [string, readonly RawEntry[]]]
        | null
        | undefined
      const entries = reply?.[0][1] ?? []
      for (const entry of entries) {
        if (signal.aborted) return
        yield toEntry(entry)
      }
      after = entries.at(-1)?.[0] ?? after
      if (entries.length === 0) {
        const current = await run(commands, (redis) => redis.get(keys.generation(member.teamId)))
        if (generation !== undefined && current !== generation) after = BEGINNING
        generation = current
      }
      health.heal("controls")
      failures = 0
    } catch (error) {
      if (signal.aborted) return
      health.fail("controls", asBusError(error))
      await pause(backoffMillis(failures, RETRY_FIRST_DELAY_MILLIS, RETRY_MAX_DELAY_MILLIS), signal)
      failures += 1
    }
  }
}
