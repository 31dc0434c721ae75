import type { MemberId } from "@muster/domain"
import type { InstanceDriver, InstanceStatus } from "@muster/drivers"
import type { Log } from "@muster/platform"
import type { Claims } from "#src/claims.ts"
import type { Fate } from "#src/fate.ts"
import type { ProvisionerTimings } from "#src/limits.ts"
import { type Action, type Desired, type Memories, plan } from "#src/plan.ts"
import { makeTeamDir } from "#src/team-dir.ts"

export interface Foundations {
  readonly driver: InstanceDriver
  readonly claims: Claims
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
  /** All members that are to run somewhere. */
  readonly wanted: readonly Desired[]
  readonly memories: Memories
  /** Milliseconds until something is due by itself; undefined: nothing is. */
  readonly nextInMillis: number | undefined
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const start = async (
  { driver, claims, mint, controlPlaneUrl, teamsDir, agentEnv, timings }: Foundations,
  { member, needsInvitation }: Extract<Action, { kind: "start" }>,
): Promise<void> => {
  const invitation = needsInvitation
    ? { controlPlaneUrl, token: (await mint({ ...member, ttlMillis: timings.invitationTtlMillis })).token }
    : undefined
  // This process may have been paused since it looked: the member may be another place's by now.
  if (!claims.isOwn(member.memberId)) return
  const teamDir = await makeTeamDir(teamsDir, member.teamId)
  await driver.ensure({
    id: member.memberId,
    env: { ...agentEnv, MUSTER_TEAM_DIR: teamDir },
    ...(invitation ? { invitation } : {}),
  })
}

const settle = async (
  { driver, claims, fateOf, timings, log }: Foundations,
  { id, isRunning }: Extract<Action, { kind: "question" }>,
): Promise<void> => {
  // It runs elsewhere, because this place was not heard for too long. What is on disk may serve when it comes back.
  const fate = claims.isElsewhere(id) ? "stop" : await fateOf(id as MemberId)
  if (fate === "keep") return
  if (isRunning) {
    log.info({ instance: id, fate }, "an agent is not to run here any more")
    await driver.stop(id, { graceMillis: timings.stopGraceMillis })
  }
  if (fate === "remove") await driver.remove(id)
}

/** A claim on a member that is not wanted any more, and of which nothing is left here, is nobody's. */
const releaseLeft = async (
  claims: Claims,
  wanted: readonly Desired[],
  actual: readonly InstanceStatus[],
): Promise<void> => {
  const needed = new Set<string>(wanted.map(({ memberId }) => memberId))
  for (const { id, state } of actual) if (state === "running") needed.add(id)
  await claims.release([...claims.own()].filter((memberId) => !needed.has(memberId)))
}

/** Looks at everything and does what is to be done. One instance that fails holds up no other; it is looked at again next time. */
export const reconcile = async (foundations: Foundations, memories: Memories): Promise<Round> => {
  const { driver, claims, desired, timings, log } = foundations
  const nowMillis = performance.now()
  const wanted = await desired()
  await claims.beat(wanted.map(({ memberId }) => memberId))
  const actual = await driver.list()
  const look = {
    desired: wanted.filter(({ memberId }) => claims.isOwn(memberId)),
    actual,
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
  await releaseLeft(claims, wanted, await driver.list())
  const { nextMillis } = planned
  return {
    wanted,
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
