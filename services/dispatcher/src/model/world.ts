import { isClosed, isHalted, isInPool, isOpen, type MemberId, type RecordedEvent, type TaskId } from "@muster/domain"
import {
  foldMemberEntry,
  foldScheduleEntry,
  foldTeamEntry,
  type MemberEntry,
  type ScheduleEntry,
  type TeamEntry,
} from "#src/model/member.ts"
import { Pools, type Pool } from "#src/model/pool.ts"
import { TaskQueue, type Queued } from "#src/model/queue.ts"
import {
  type Hanging,
  reactToMember,
  reactToTask,
  reactToTeam,
  standingReactions,
  type Reaction,
} from "#src/model/reactions.ts"
import { foldTaskEntry, type TaskEntry } from "#src/model/task.ts"

const queuedOf = (entry: TaskEntry): Queued => ({
  taskId: entry.taskId,
  priority: entry.state.priority,
  position: entry.queuePosition,
})

/**
 * Open tasks, members and teams, folded from the log, with the indexes that dispatching asks: who holds what, what waits
 * for whom. Pure memory: no clock, no I/O. Closed tasks are forgotten; whoever needs one reads its stream.
 */
export class World {
  readonly #tasks = new Map<string, TaskEntry>()
  readonly #members = new Map<string, MemberEntry>()
  readonly #teams = new Map<string, TeamEntry>()
  readonly #queues = new Map<string, TaskQueue>()
  /** Member → ids of the tasks it holds. */
  readonly #held = new Map<string, Set<string>>()
  /** Member → ids of its open tasks. */
  readonly #openOf = new Map<string, Set<string>>()
  /** Task → ids of waiting tasks that name it. */
  readonly #dependents = new Map<string, Set<TaskId>>()
  /** Task → ids of open tasks that it dispatched. */
  readonly #children = new Map<string, Set<TaskId>>()
  readonly #teamMembers = new Map<string, Set<string>>()
  readonly #pools = new Pools()
  readonly #schedules = new Map<string, ScheduleEntry>()

  task(taskId: string): TaskEntry | undefined {
    return this.#tasks.get(taskId)
  }
  member(memberId: string): MemberEntry | undefined {
    return this.#members.get(memberId)
  }
  team(teamId: string): TeamEntry | undefined {
    return this.#teams.get(teamId)
  }
  /** All that were loaded, or written since: deleted ones never come due. */
  schedules(): Iterable<ScheduleEntry> {
    return this.#schedules.values()
  }
  schedule(scheduleId: string): ScheduleEntry | undefined {
    return this.#schedules.get(scheduleId)
  }
  /** Work of a team that waits for whoever has the skills. */
  poolsOf(teamId: string): Iterable<Pool> {
    return this.#pools.of(teamId)
  }
  hasPools(teamId: string): boolean {
    return this.#pools.has(teamId)
  }
  tasks(): Iterable<TaskEntry> {
    return this.#tasks.values()
  }
  teams(): Iterable<TeamEntry> {
    return this.#teams.values()
  }
  /** Members that were not removed. */
  *liveMembers(): Iterable<MemberEntry> {
    for (const member of this.#members.values()) if (!member.state.isRemoved) yield member
  }
  *membersOf(teamId: string): Iterable<MemberEntry> {
    for (const memberId of this.#teamMembers.get(teamId) ?? []) {
      const member = this.#members.get(memberId)
      if (member !== undefined && !member.state.isRemoved) yield member
    }
  }
  /** Tasks the member holds, by rising position of their assignment. */
  heldBy(memberId: string): readonly TaskEntry[] {
    return this.#entriesOf(this.#held.get(memberId))
  }
  heldCount(memberId: string): number {
    return this.#held.get(memberId)?.size ?? 0
  }
  openOf(memberId: string): readonly TaskEntry[] {
    return this.#entriesOf(this.#openOf.get(memberId))
  }
  /** The next `count` tasks of the member's queue. */
  nextFor(memberId: string, count: number): readonly Queued[] {
    return this.#queues.get(memberId)?.first(count) ?? []
  }

  /** Takes one event of the log; answers with what has to be done. Events that were folded already change nothing. */
  absorb(event: RecordedEvent): readonly Reaction[] {
    if (event.stream.startsWith("task-")) return this.#absorbTask(event)
    if (event.stream.startsWith("member-")) return this.#absorbMember(event)
    if (event.stream.startsWith("team-")) return this.#absorbTeam(event)
    if (event.stream.startsWith("schedule-")) this.#absorbSchedule(event)
    return []
  }

  /**
   * Takes the whole stream of a task. Only the end of it counts: a task that was closed and opened again is kept, one that
   * is closed is not.
   */
  adoptTask(events: readonly RecordedEvent[]): readonly Reaction[] {
    const entry = events.reduce<TaskEntry | undefined>(foldTaskEntry, undefined)
    if (entry === undefined) return []
    const known = this.#tasks.get(entry.taskId)
    if (known !== undefined && known.revision >= entry.revision) return []
    this.#replace(known, entry)
    if (isClosed(entry.state.phase)) return []
    const reactions = this.#offered(entry, standingReactions(entry))
    return this.#isOrphan(entry) ? [...reactions, { kind: "orphaned", taskId: entry.taskId }] : reactions
  }

  /** Gives up a task that cannot be folded: nothing more is done about it. */
  forgetTask(taskId: string): void {
    const known = this.#tasks.get(taskId)
    if (known !== undefined) this.#replace(known, undefined)
  }

  /** Takes over all that another world knows of teams that this one does not know. */
  merge(other: World): void {
    for (const [teamId, team] of other.#teams) this.#teams.set(teamId, team)
    for (const [memberId, member] of other.#members) {
      this.#members.set(memberId, member)
      addTo(this.#teamMembers, member.teamId, memberId)
    }
    for (const [scheduleId, entry] of other.#schedules) this.#schedules.set(scheduleId, entry)
    for (const [taskId, entry] of other.#tasks) this.#replace(this.#tasks.get(taskId), entry)
  }

  /** Forgets teams with their members, schedules and tasks: they are somebody else's now. */
  dropTeams(isDropped: (teamId: string) => boolean): void {
    for (const [scheduleId, { teamId }] of this.#schedules) if (isDropped(teamId)) this.#schedules.delete(scheduleId)
    for (const entry of this.#tasks.values()) if (isDropped(entry.teamId)) this.#replace(entry, undefined)
    for (const [memberId, { teamId }] of this.#members) {
      if (!isDropped(teamId)) continue
      this.#members.delete(memberId)
      this.#queues.delete(memberId)
    }
    for (const teamId of [...this.#teams.keys(), ...this.#teamMembers.keys()]) {
      if (!isDropped(teamId)) continue
      this.#teams.delete(teamId)
      this.#teamMembers.delete(teamId)
    }
  }

  #absorbTask(event: RecordedEvent): readonly Reaction[] {
    const taskId = event.stream.slice("task-".length) as TaskId
    const before = this.#tasks.get(taskId)
    if (before === undefined && event.revision !== 1) {
      const isReopened = event.type === "TaskRetried" || event.type === "TaskRedriven"
      return isReopened ? [{ kind: "load-task", taskId }] : []
    }
    if (before !== undefined && event.revision <= before.revision) return []
    if (before !== undefined && event.revision > before.revision + 1) return [{ kind: "load-task", taskId }]
    const after = foldTaskEntry(before, event)
    if (after === undefined) return []
    this.#replace(before, after)
    const reactions = this.#offered(after, reactToTask(before, after, event, this.#hangingOn(taskId)))
    // Given out just before the kill switch was seen: it is taken back like the rest.
    const team = this.#teams.get(after.teamId)
    if (team !== undefined && isHalted(team.state) && after.hold !== undefined && before?.hold === undefined)
      return [...reactions, { kind: "team-changed", teamId: after.teamId }]
    return this.#isOrphan(after) ? [...reactions, { kind: "orphaned", taskId }] : reactions
  }

  #hangingOn(taskId: string): Hanging {
    return { dependents: this.#dependents.get(taskId) ?? [], children: this.#children.get(taskId) ?? [] }
  }

  #isOrphan({ state }: TaskEntry): boolean {
    // In its pool it is nobody's, and waits for whoever comes.
    if (state.memberId === "") return false
    const member = this.#members.get(state.memberId)
    return isOpen(state.phase) && (member === undefined || member.state.isRemoved)
  }

  #absorbMember(event: RecordedEvent): readonly Reaction[] {
    const memberId = event.stream.slice("member-".length)
    const before = this.#members.get(memberId)
    const isNext = event.revision === (before?.revision ?? 0) + 1
    if (!isNext) return []
    const after = foldMemberEntry(before, event)
    if (after === undefined) return []
    this.#members.set(memberId, after)
    const mates = this.#teamMembers.get(after.teamId)
    if (mates) mates.add(memberId)
    else this.#teamMembers.set(after.teamId, new Set([memberId]))
    return reactToMember(before, after, event)
  }

  /** Work in a pool is offered to everybody who has the skills. */
  #offered(entry: TaskEntry, reactions: readonly Reaction[]): readonly Reaction[] {
    const { pool } = entry.state
    if (pool === undefined) return reactions
    return reactions.flatMap((reaction): readonly Reaction[] => {
      if (reaction.kind !== "offer" || reaction.memberId !== "") return [reaction]
      const able = [...this.membersOf(entry.teamId)].filter(({ state }) => isInPool(state.profile?.skills ?? [], pool))
      return able.map(({ memberId }) => ({ kind: "offer", memberId }))
    })
  }

  #absorbSchedule(event: RecordedEvent): void {
    const scheduleId = event.stream.slice("schedule-".length)
    const before = this.#schedules.get(scheduleId)
    if (event.revision !== (before?.revision ?? 0) + 1) return
    const after = foldScheduleEntry(before, event)
    if (after !== undefined) this.#schedules.set(scheduleId, after)
  }

  #absorbTeam(event: RecordedEvent): readonly Reaction[] {
    const teamId = event.stream.slice("team-".length)
    const before = this.#teams.get(teamId)
    if (event.revision !== (before?.revision ?? 0) + 1) return []
    const after = foldTeamEntry(before, event)
    if (after === undefined) return []
    this.#teams.set(teamId, after)
    return reactToTeam(after)
  }

  #entriesOf(ids: Iterable<string> | undefined): readonly TaskEntry[] {
    const entries: TaskEntry[] = []
    for (const id of ids ?? []) {
      const entry = this.#tasks.get(id)
      if (entry !== undefined) entries.push(entry)
    }
    return entries
  }

  #replace(before: TaskEntry | undefined, after: TaskEntry | undefined): void {
    if (before !== undefined) this.#unindex(before)
    const taskId = (after ?? before)?.taskId
    if (taskId === undefined) return
    if (after === undefined || isClosed(after.state.phase)) {
      this.#tasks.delete(taskId)
      return
    }
    this.#tasks.set(taskId, after)
    this.#index(after)
  }

  #index(entry: TaskEntry): void {
    const memberId = entry.state.memberId as MemberId
    const { pool, spec } = entry.state
    if (spec?.parentTaskId !== undefined) addTo(this.#children, spec.parentTaskId, entry.taskId)
    if (memberId !== "") addTo(this.#openOf, memberId, entry.taskId)
    if (entry.hold !== undefined) addTo(this.#held, entry.hold.memberId, entry.taskId)
    if (entry.state.phase === "queued" && pool !== undefined) this.#pools.add(entry.teamId, pool, queuedOf(entry))
    if (entry.state.phase === "queued" && pool === undefined) {
      let queue = this.#queues.get(memberId)
      if (queue === undefined) this.#queues.set(memberId, (queue = new TaskQueue()))
      queue.add(queuedOf(entry))
    }
    if (entry.state.phase === "waiting")
      for (const dependency of entry.state.spec?.after ?? []) addTo(this.#dependents, dependency, entry.taskId)
  }

  #unindex(entry: TaskEntry): void {
    removeFrom(this.#openOf, entry.state.memberId, entry.taskId)
    if (entry.hold !== undefined) removeFrom(this.#held, entry.hold.memberId, entry.taskId)
    const { pool, spec } = entry.state
    if (spec?.parentTaskId !== undefined) removeFrom(this.#children, spec.parentTaskId, entry.taskId)
    if (entry.state.phase === "queued" && pool !== undefined) this.#pools.remove(entry.teamId, pool, queuedOf(entry))
    else if (entry.state.phase === "queued") this.#queues.get(entry.state.memberId)?.remove(queuedOf(entry))
    if (entry.state.phase === "waiting")
      for (const dependency of entry.state.spec?.after ?? []) removeFrom(this.#dependents, dependency, entry.taskId)
  }
}

const addTo = <V>(map: Map<string, Set<V>>, key: string, value: V): void => {
  const set = map.get(key)
  if (set) set.add(value)
  else map.set(key, new Set([value]))
}

const removeFrom = <V>(map: Map<string, Set<V>>, key: string, value: V): void => {
  const set = map.get(key)
  if (set?.delete(value) && set.size === 0) map.delete(key)
}
