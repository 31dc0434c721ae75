import { join } from "node:path"
import type { MemberId } from "@muster/domain"
import type { InstanceDriver } from "@muster/drivers"
import type { Log } from "@muster/platform"
import type { Fate } from "#src/fate.ts"
import type { ProvisionerTimings } from "#src/limits.ts"
import { type Action, type Desired, type Memories, plan } from "#src/plan.ts"

export interface Foundations {
  readonly driver: InstanceDriver
  readonly desired: () => Promise<readonly Desired[]>
  readonly fateOf: (memberId: MemberId) => Promise<Fate>
  readonly mint: (member: Desired & { readonly ttlMillis: number }) => Promise<{ readonly token: string }>
  readonly controlPlaneUrl: string
  /** Holds a folder for each team. */
  readonly teamsDir: string
  /** The same for all agents. */
  readonly agentEnv: Readonly<Record<string, string>>
  readonly timings: ProvisionerTimings
  readonly log: Log
}

export interface Round {
  readonly memories: Memories
  /** Milliseconds until something is due by itself; undefined: nothing is. */
  readonly nextInMillis: number | undefined
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const start = async (
  { driver, mint, controlPlaneUrl, teamsDir, agentEnv, timings }: Foundations,
  { member, needsInvitation }: Extract<Action, { kind: "start" }>,
): Promise<void> => {
  const invitation = needsInvitation
    ? { controlPlaneUrl, token: (await mint({ ...member, ttlMillis: timings.invitationTtlMillis })).token }
    : undefined
  await driver.ensure({
    id: member.memberId,
    env: { ...agentEnv, MUSTER_TEAM_DIR: join(teamsDir, member.teamId) },
    ...(invitation ? { invitation } : {}),
  })
}

const settle = async (
  { driver, fateOf, timings, log }: Foundations,
  { id, isRunning }: Extract<Action, { kind: "question" }>,
): Promise<void> => {
  const fate = await fateOf(id as MemberId)
  if (fate === "keep") return
  if (isRunning) {
    log.info({ instance: id, fate }, "an agent is not to run here any more")
    await driver.stop(id, { graceMillis: timings.stopGraceMillis })
  }
  if (fate === "remove") await driver.remove(id)
}

/** Looks at everything and does what is to be done. One instance that fails holds up no other; it is looked at again next time. */
export const reconcile = async (foundations: Foundations, memories: Memories): Promise<Round> => {
  const { driver, desired, timings, log } = foundations
  const nowMillis = performance.now()
  const look = {
    desired: await desired(),
    actual: await driver.list(),
    memories,
    nowMillis,
    random: Math.random,
    timings,
  }
  const planned = plan(look)
  await Promise.all(
    planned.actions.map(async (action) => {
      try {
        await (action.kind === "start" ? start(foundations, action) : settle(foundations, action))
      } catch (error) {
        const instance = action.kind === "start" ? action.member.memberId : action.id
        log.warn(
          { instance, action: action.kind, reason: describe(error) },
          "an instance could not be brought in order",
        )
      }
    }),
  )
  const { nextMillis } = planned
  return {
    memories: planned.memories,
    nextInMillis: nextMillis === undefined ? undefined : Math.max(0, nextMillis - nowMillis),
  }
}

/** Ends all agents of this machine at the same time: each gets its grace, then it is killed. */
export const stopAll = async ({
  driver,
  timings,
  log,
}: Pick<Foundations, "driver" | "timings" | "log">): Promise<void> => {
  const running = (await driver.list()).filter(({ state }) => state === "running")
  await Promise.all(
    running.map(async ({ id }) => {
      try {
        await driver.stop(id, { graceMillis: timings.stopGraceMillis })
      } catch (error) {
        log.error({ instance: id, reason: describe(error) }, "an agent could not be stopped")
      }
    }),
  )
}
