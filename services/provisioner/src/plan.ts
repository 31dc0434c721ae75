import { AGENT_EXIT } from "@muster/contracts"
import type { MemberId, OrgId, TeamId } from "@muster/domain"
import type { InstanceStatus } from "@muster/drivers"
import type { ProvisionerTimings } from "#src/limits.ts"

/** A member whose agent is to run here. */
export interface Desired {
  readonly memberId: MemberId
  readonly teamId: TeamId
  readonly orgId: OrgId
}

/** What is remembered of an instance between two looks. Milliseconds of one clock. */
export interface Memory {
  readonly runningSinceMillis: number | undefined
  /** Ends by itself in a row. */
  readonly failures: number
  readonly notBeforeMillis: number
}
export type Memories = ReadonlyMap<string, Memory>

export type Action =
  | { readonly kind: "start"; readonly member: Desired; readonly needsInvitation: boolean }
  /** Running or lying about although the read models do not list it: ask the log, then act. */
  | { readonly kind: "question"; readonly id: string; readonly isRunning: boolean }

export interface Plan {
  readonly actions: readonly Action[]
  readonly memories: Memories
  /** When the next thing is due by itself; undefined: nothing is. */
  readonly nextMillis: number | undefined
}

export interface Look {
  readonly desired: readonly Desired[]
  readonly actual: readonly InstanceStatus[]
  readonly memories: Memories
  readonly nowMillis: number
  /** In [0, 1). */
  readonly random: () => number
  readonly timings: ProvisionerTimings
}

const unknown: Memory = { runningSinceMillis: undefined, failures: 0, notBeforeMillis: 0 }

const afterRunning = (memory: Memory, { nowMillis, timings }: Look): Memory => {
  const runningSinceMillis = memory.runningSinceMillis ?? nowMillis
  const isSteady = nowMillis - runningSinceMillis >= timings.restartResetMillis
  return { ...memory, runningSinceMillis, failures: isSteady ? 0 : memory.failures }
}

/** It is down: how long to leave it alone. Only the first look after its end counts as a failure. */
const afterEnd = (memory: Memory, code: number | undefined, { nowMillis, timings, random }: Look): Memory => {
  if (code === AGENT_EXIT.retired && memory.notBeforeMillis <= nowMillis && memory.runningSinceMillis !== undefined)
    return { runningSinceMillis: undefined, failures: 0, notBeforeMillis: nowMillis + timings.retiredRetryMillis }
  if (memory.runningSinceMillis === undefined) return memory
  const full = Math.min(timings.restartMaxMillis, timings.restartFirstMillis * 2 ** memory.failures)
  return {
    runningSinceMillis: undefined,
    failures: memory.failures + 1,
    notBeforeMillis: nowMillis + full / 2 + (random() * full) / 2,
  }
}

/** Compares what should run with what does. Pure: nothing it says depends on what was heard, only on what is. */
export const plan = (look: Look): Plan => {
  const { desired, actual, nowMillis } = look
  const byId = new Map(actual.map((status) => [status.id, status]))
  const wanted = new Set<string>(desired.map(({ memberId }) => memberId))
  const memories = new Map<string, Memory>()
  const actions: Action[] = []
  let nextMillis: number | undefined

  for (const member of desired) {
    const status = byId.get(member.memberId)
    const memory = look.memories.get(member.memberId) ?? unknown
    if (status?.state === "running") {
      memories.set(member.memberId, afterRunning(memory, look))
      continue
    }
    const ended = afterEnd(memory, status?.lastExit?.code, look)
    if (ended.notBeforeMillis > nowMillis) {
      memories.set(member.memberId, ended)
      nextMillis = Math.min(nextMillis ?? ended.notBeforeMillis, ended.notBeforeMillis)
      continue
    }
    actions.push({ kind: "start", member, needsInvitation: status?.isEnrolled !== true })
    // A start that comes to nothing is an end as well, or the next look would start it again at once.
    memories.set(member.memberId, { ...ended, runningSinceMillis: nowMillis })
  }
  for (const { id, state } of actual)
    if (!wanted.has(id)) actions.push({ kind: "question", id, isRunning: state === "running" })
  return { actions, memories, nextMillis }
}
