import { latch } from "@muster/platform"
import type { TeamId } from "@muster/domain"
import type { Core } from "#src/core.ts"
import { USERS_EVERY_CHECKS } from "#src/limits.ts"
import type { Deliverer } from "#src/loops/deliver.ts"
import { isControlLost, isForeignId, isMadeAnew, type Mailroom } from "#src/mailroom.ts"

/**
 * Looks after the bus, level by level: users after a restart of Redis, generations of the teams, inboxes that are gone or
 * hold foreign ids, control streams that are gone. It only finds; the deliverer mends.
 */
export const runHealth = async (
  core: Core,
  deliverer: Deliverer,
  mailroom: Mailroom,
  signal: AbortSignal,
): Promise<void> => {
  const { bus, world, leases, timings, log } = core
  let runId: string | undefined
  let checks = 0
  let hasFailed = false
  const bell = latch()

  const checkServer = async () => {
    const current = await bus.runId()
    checks += 1
    if (current === runId && checks % USERS_EVERY_CHECKS !== 0) return
    const { granted, revoked } = await bus.acl.reconcile(core.busUsers)
    if (granted + revoked > 0) log.info({ granted, revoked }, "the users of the bus were set right")
    if (runId !== undefined && runId !== current) {
      leases.grantGrace(core.nowMillis())
      // Its memory may have come back from an older copy.
      for (const { memberId } of world.liveMembers()) {
        deliverer.republish(memberId)
        deliverer.repeat(memberId)
      }
    }
    runId = current
  }

  const checkGenerations = async () => {
    const teamIds: TeamId[] = []
    for (const { teamId } of world.teams()) teamIds.push(teamId)
    const found = await bus.generations(teamIds)
    for (const [i, teamId] of teamIds.entries()) {
      const known = mailroom.generationOf(teamId)
      if (known === undefined || found[i] !== known) deliverer.rebuild(teamId)
    }
  }

  const checkInboxes = async () => {
    const members = [...world.liveMembers()]
    // Asked before the look: what is published while it is under way may be missing in what is seen.
    const through = members.map(({ memberId }) => mailroom.publishedThrough(memberId))
    const states = await bus.inboxes(members)
    for (const [i, member] of members.entries()) {
      const lastId = states[i]?.lastId
      if (lastId === undefined) {
        await bus.ensureMembers([member])
        deliverer.republish(member.memberId)
      } else if (isForeignId(lastId, mailroom.ceilingOf(member.memberId))) deliverer.suspect(member.memberId)
      // Whoever else needed its streams made them anew before this look.
      else if (isMadeAnew(lastId, through[i] ?? "0")) deliverer.republish(member.memberId)
    }
  }

  /** Last ids of the control streams as they were seen last. */
  let heard = new Map<string, string>()
  const checkControls = async () => {
    const members = [...world.liveMembers()]
    const states = await bus.controls(members)
    const now = new Map<string, string>()
    for (const [i, { memberId }] of members.entries()) {
      const state = states[i]
      if (state === undefined) continue
      if (isControlLost(state, heard.get(memberId))) deliverer.repeat(memberId)
      if (state.lastId !== undefined) now.set(memberId, state.lastId)
    }
    heard = now
  }

  const stop = [
    bus.onLost(() => leases.grantGrace(core.nowMillis())),
    bus.onBack(() => {
      leases.grantGrace(core.nowMillis())
      bell.ring()
    }),
  ]
  /** One look that fails (the database that knows the users is away) keeps none of the others. */
  const tryAll = async (checks: readonly (() => Promise<void>)[]): Promise<void> => {
    const results = await Promise.allSettled(checks.map((check) => check()))
    const failed = results.find((result) => result.status === "rejected")
    if (failed !== undefined && !hasFailed) {
      const reason = failed.reason instanceof Error ? failed.reason.message : "unknown"
      log.warn({ reason }, "the bus cannot be looked after")
    }
    hasFailed = failed !== undefined
  }

  try {
    while (!signal.aborted) {
      await tryAll([checkServer, checkGenerations, checkInboxes, checkControls])
      await bell.wait(signal, timings.healthMillis)
    }
  } finally {
    for (const end of stop) end()
  }
}
