import { BUS_VERSION } from "@muster/contracts"
import {
  comparePositions,
  decideDispatcher,
  decideTask,
  evolveTask,
  streams,
  type AssignmentId,
  type Decision,
  type IncarnationId,
  type MemberId,
  type TaskFact,
  type TaskId,
} from "@muster/domain"
import type { Core } from "#src/core.ts"
import type { Deliverer } from "#src/loops/deliver.ts"
import type { PresenceWatcher } from "#src/loops/presence.ts"
import type { TaskEntry } from "#src/model/task.ts"
import type { PresenceBook } from "#src/presence-book.ts"
import { changeTask, refresh } from "#src/record.ts"

/** What members' coming and going means for the work they hold. Each may be called any number of times. */
export interface People {
  readonly added: (memberId: MemberId) => Promise<void>
  readonly bound: (memberId: MemberId, replaced: string | undefined) => Promise<void>
  readonly removed: (memberId: MemberId, incarnation: string | undefined) => Promise<void>
  readonly orphaned: (taskId: TaskId) => Promise<void>
  /** Deletes keys of members whose grace after removal is over. */
  readonly bury: (nowMillis: number) => readonly MemberId[]
  readonly destroy: (memberId: MemberId) => Promise<void>
}

const REMOVED = "the member was removed from the team"

/**
 * Begun work is cancelled; what had not begun goes to the dead letters, from where it can be redriven to somebody else. Work of
 * a pool goes back there: others may have the skills.
 */
export const decideOrphan = ({ state }: TaskEntry, nowMillis: number): Decision<TaskFact> => {
  const context = { nowMillis, random: 0 }
  if (state.pool !== undefined) {
    if (state.assignment === undefined) return { facts: [] }
    const assignmentId = state.assignment.id as AssignmentId
    const lost = { kind: "lose-lease" as const, assignmentId, lastHeardAt: null, reason: "member-removed" as const }
    return decideDispatcher(state, lost, context)
  }
  if (state.assignment === undefined || state.phase === "assigned")
    return decideDispatcher(state, { kind: "dead-letter", reason: "member-removed", message: REMOVED }, context)
  const asked = decideTask(state, { kind: "cancel", reason: REMOVED })
  if (asked.facts === undefined) return asked
  const next = asked.facts.reduce(evolveTask, state)
  // Its agent is gone for good: nobody is left to confirm the cancellation.
  const assignmentId = state.assignment.id as AssignmentId
  const command = { kind: "lose-lease" as const, assignmentId, lastHeardAt: null, reason: "member-rebound" as const }
  const ended = decideDispatcher(next, command, context)
  return ended.facts === undefined ? ended : { facts: [...asked.facts, ...ended.facts] }
}

export const makePeople = (core: Core, deliverer: Deliverer, watcher: PresenceWatcher, book: PresenceBook): People => {
  const { bus, world, timings, log } = core
  const buried = new Map<MemberId, number>()

  const retire = (memberId: MemberId, incarnation: string, reason: string) =>
    deliverer.control(memberId, {
      v: BUS_VERSION,
      kind: "retire",
      incarnation: incarnation as IncarnationId,
      reason,
    })

  const reconcileUsers = async () => {
    const { granted, revoked } = await bus.acl.reconcile(core.busUsers)
    if (granted + revoked > 0) log.info({ granted, revoked }, "the users of the bus were set right")
  }

  return {
    added: async (memberId) => {
      const member = world.member(memberId)
      if (member === undefined || member.state.isRemoved) return
      await bus.ensureMembers([member])
      await bus.wakeReader()
    },
    bound: async (memberId, replaced) => {
      const member = world.member(memberId)
      if (member?.state.incarnation === undefined || member.state.isRemoved) return
      book.forget(memberId)
      const lost = world
        .heldBy(memberId)
        .filter(({ hold }) => hold !== undefined && comparePositions(hold.position, member.boundPosition) < 0)
      if (!(await watcher.loseLeases(lost, "member-rebound"))) throw new NotSettled(memberId)
      await bus.ensureMembers([member])
      await bus.dropOtherConsumers(member, member.state.incarnation)
      // Old acknowledgements name numbers that the new incarnation uses again for other reports.
      await bus.clearControls(member)
      if (replaced !== undefined && replaced !== member.state.incarnation)
        retire(memberId, replaced, "another agent was bound to this member")
      deliverer.repeat(memberId)
      await reconcileUsers()
    },
    removed: async (memberId, incarnation) => {
      if (incarnation !== undefined) retire(memberId, incarnation, REMOVED)
      buried.set(memberId, core.nowMillis() + timings.retireGraceMillis)
    },
    orphaned: async (taskId) => {
      const entry = world.task(taskId)
      if (entry === undefined) return
      const memberId = entry.state.memberId
      if (memberId === "") return
      if (world.member(memberId) === undefined) await refresh(core, streams.member(memberId), 0)
      const member = world.member(memberId)
      if (member !== undefined && !member.state.isRemoved) return
      const outcome = await changeTask(core, { taskId, decide: (current) => decideOrphan(current, core.nowMillis()) })
      if (outcome.kind === "later") throw new NotSettled(taskId)
    },
    bury: (nowMillis) => {
      const due = [...buried].filter(([, dueMillis]) => dueMillis <= nowMillis).map(([memberId]) => memberId)
      for (const memberId of due) buried.delete(memberId)
      return due
    },
    destroy: async (memberId) => {
      const member = world.member(memberId)
      if (member === undefined || !member.state.isRemoved) return
      await reconcileUsers()
      // A read that still waits for its outbox would see it vanish, and make it again.
      await bus.wakeReader()
      await bus.destroyMember(member)
      book.forget(memberId)
    },
  }
}

/** The log could not be asked; it is tried again. */
class NotSettled extends Error {
  override readonly name = "NotSettled"
  constructor(id: string) {
    super(`what ${id} held could not be settled yet`)
  }
}
