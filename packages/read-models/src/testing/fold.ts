import { type MemberDoc, type ScheduleDoc, type TaskDoc, type TeamDoc, needsFeed, teamFeed } from "@muster/contracts"
import { asKnown, type KnownEvent, type Position, type RecordedEvent } from "@muster/domain"
import {
  chatMessageDoc,
  deadLetterDoc,
  entityId,
  isMemberEvent,
  isScheduleEvent,
  isTaskEvent,
  memberDoc,
  scheduleDoc,
  taskDoc,
  teamDoc,
  userDoc,
} from "@muster/projections"
import { userRow } from "#src/app-user/write.ts"
import { chatMessageRow } from "#src/chat-message/write.ts"
import { memberRow } from "#src/member/write.ts"
import { makeNeedRows } from "#src/need/gather.ts"
import type { StepRows } from "#src/projection/apply.ts"
import { scheduleRow } from "#src/schedule/write.ts"
import { taskRow } from "#src/task/write.ts"
import { teamRow } from "#src/team/write.ts"

type Growth = StepRows["feed"][number] & { readonly positions: Position[] }

/**
 * Folds the log, batch after batch, into the rows that a step writes: what the projector does, without its guards. All documents there
 * are stay in memory, so that a batch needs no reading.
 */
export const makeFold = (): ((batch: readonly RecordedEvent[]) => StepRows) => {
  const teams = new Map<string, TeamDoc>()
  const members = new Map<string, MemberDoc>()
  const tasks = new Map<string, TaskDoc>()
  const schedules = new Map<string, ScheduleDoc>()
  const heads = new Map<string, number>()

  return (batch) => {
    const rows = {
      teams: new Map<string, StepRows["teams"][number]>(),
      members: new Map<string, StepRows["members"][number]>(),
      tasks: new Map<string, StepRows["tasks"][number]>(),
      taskSpecs: [] as StepRows["taskSpecs"][number][],
      chatMessages: [] as StepRows["chatMessages"][number][],
      users: [] as StepRows["users"][number][],
      deadLetters: new Map<string, StepRows["deadLetters"][number]>(),
      deadLetterSettlements: [] as StepRows["deadLetterSettlements"][number][],
      schedules: new Map<string, StepRows["schedules"][number]>(),
      feed: new Map<string, Growth>(),
    }
    const needs = makeNeedRows()
    const addToFeed = (feed_id: string, position: Position): void => {
      const seq = (heads.get(feed_id) ?? 0) + 1
      heads.set(feed_id, seq)
      const growth = rows.feed.get(feed_id)
      if (growth === undefined) rows.feed.set(feed_id, { feed_id, seq, positions: [position] })
      else growth.positions.push(position)
    }
    /** Says whether what waits for people changed. */
    const foldThing = (known: KnownEvent, team: string): boolean => {
      const { org } = known.meta
      const id = entityId(known.stream)
      const teamAfter = teamDoc(teams.get(team), known)
      if (teamAfter !== undefined) {
        teams.set(team, teamAfter)
        rows.teams.set(team, teamRow(teamAfter))
      }
      if (isTaskEvent(known)) {
        const before = tasks.get(id)
        const doc = taskDoc(before, known, teamAfter?.taskCount ?? 0)
        if (doc === undefined) return false
        tasks.set(id, doc)
        rows.tasks.set(id, taskRow(org, doc))
        if (known.type === "TaskDispatched") rows.taskSpecs.push({ task_id: id, spec: known.data.spec })
        return needs.task(known, org, before, doc)
      } else if (isMemberEvent(known)) {
        const before = members.get(id)
        const doc = memberDoc(before, known)
        if (doc === undefined) return false
        members.set(id, doc)
        rows.members.set(id, memberRow(org, doc))
        if (known.type === "MemberEntryDeadLettered") {
          const { position } = known
          rows.deadLetters.set(position, { position, team_id: team, org_id: org, doc: deadLetterDoc(known) })
        }
        if (known.type === "MemberEntryRedriven" || known.type === "MemberEntryDiscarded") {
          const state = known.type === "MemberEntryRedriven" ? "redriven" : "discarded"
          const { entry: position } = known.data
          rows.deadLetterSettlements.push({ position, state, settled_at: known.at })
        }
        const isEntry =
          known.type === "MemberEntryDeadLettered" ||
          known.type === "MemberEntryRedriven" ||
          known.type === "MemberEntryDiscarded"
        const isChanged = needs.member(known, org, before, doc)
        return (isEntry && needs.entry(known, org)) || isChanged
      } else if (isScheduleEvent(known)) {
        const doc = scheduleDoc(schedules.get(id), known)
        if (doc === undefined) return false
        schedules.set(id, doc)
        rows.schedules.set(id, scheduleRow(org, doc))
      } else if (known.type === "ChatMessagePosted") rows.chatMessages.push(chatMessageRow(org, chatMessageDoc(known)))
      return needs.other(known)
    }
    for (const event of batch) {
      const { position, meta } = event
      const known = asKnown(event)
      if (known?.type === "UserRegistered") rows.users.push(userRow(userDoc(known)))
      if (meta.team !== undefined) addToFeed(teamFeed(meta.team), position)
      if (known === undefined) continue
      if (meta.team === undefined ? needs.other(known) : foldThing(known, meta.team))
        addToFeed(needsFeed(meta.org), position)
    }
    return {
      ...rows,
      ...needs.rows(),
      teams: [...rows.teams.values()],
      members: [...rows.members.values()],
      tasks: [...rows.tasks.values()],
      deadLetters: [...rows.deadLetters.values()],
      schedules: [...rows.schedules.values()],
      feed: [...rows.feed.values()],
    }
  }
}
