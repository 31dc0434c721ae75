import type { ChatMessageDoc, FeedEvent, MemberDoc, ScheduleDoc, TaskDoc, TeamDoc, TeamView } from "@muster/contracts"
import { isClosed, START, type KnownEvent, type Position } from "@muster/domain"
import { entityId, knownOf } from "#src/draft.ts"
import { isMemberEvent, memberDoc } from "#src/member-doc.ts"
import { isScheduleEvent, scheduleDoc } from "#src/schedule-doc.ts"
import { chatMessageDoc } from "#src/small-docs.ts"
import { isTaskEvent, taskDoc } from "#src/task-doc.ts"
import { teamDoc } from "#src/team-doc.ts"

/** Closed tasks and chat messages that the view keeps; older ones are read page by page. */
export const CLOSED_TASKS_KEPT = 100
export const CHAT_MESSAGES_KEPT = 200

/** The view while it is being folded: containers are changed in place, the documents in them are replaced. */
export interface TeamViewDraft {
  team: TeamDoc | null
  members: { [id: string]: MemberDoc }
  tasks: { [id: string]: TaskDoc }
  closed: string[]
  chat: ChatMessageDoc[]
  schedules: { [id: string]: ScheduleDoc }
  position: Position
  seq: number
}

export const emptyTeamView = (): TeamViewDraft => ({
  team: null,
  members: {},
  tasks: {},
  closed: [],
  chat: [],
  schedules: {},
  position: START,
  seq: 0,
})

/** A draft that shares documents, but no container, with the view it was made from. */
export const draftOf = (view: TeamView): TeamViewDraft => ({
  team: view.team,
  members: { ...view.members },
  tasks: { ...view.tasks },
  closed: [...view.closed],
  chat: [...view.chat],
  schedules: { ...view.schedules },
  position: view.position,
  seq: view.seq,
})

const keepTask = (draft: TeamViewDraft, before: TaskDoc | undefined, after: TaskDoc): void => {
  draft.tasks[after.id] = after
  const wasClosed = before !== undefined && isClosed(before.phase)
  if (isClosed(after.phase) === wasClosed) return
  if (wasClosed) {
    draft.closed.splice(draft.closed.indexOf(after.id), 1)
    return
  }
  draft.closed.push(after.id)
  if (draft.closed.length <= CLOSED_TASKS_KEPT) return
  const oldest = draft.closed.shift()
  if (oldest !== undefined) delete draft.tasks[oldest]
}

const foldKnown = (draft: TeamViewDraft, known: KnownEvent): void => {
  draft.team = teamDoc(draft.team ?? undefined, known) ?? null
  if (isTaskEvent(known)) {
    const id = entityId(known.stream)
    const before = draft.tasks[id]
    const after = taskDoc(before, known, draft.team?.taskCount ?? 0)
    if (after !== undefined && after !== before) keepTask(draft, before, after)
    return
  }
  if (isMemberEvent(known)) {
    const id = entityId(known.stream)
    const after = memberDoc(draft.members[id], known)
    if (after !== undefined) draft.members[id] = after
    return
  }
  if (isScheduleEvent(known)) {
    const id = entityId(known.stream)
    const after = scheduleDoc(draft.schedules[id], known)
    if (after?.isDeleted === true) delete draft.schedules[id]
    else if (after !== undefined) draft.schedules[id] = after
    return
  }
  if (known.type === "ChatMessagePosted") {
    draft.chat.push(chatMessageDoc(known))
    if (draft.chat.length > CHAT_MESSAGES_KEPT) draft.chat.shift()
  }
}

/**
 * Folds one feed event into the draft. Events must come in the order of their `seq`; one that was already folded is passed over,
 * so a repeated delivery does no harm. One that cannot be folded (bad data) leaves its thing as it was and goes to `onFlaw`: a single
 * bad event never makes a team's history unreadable. Used by the server, the browser and the replay alike.
 */
export const applyTeamEvent = (
  draft: TeamViewDraft,
  event: FeedEvent,
  onFlaw: (error: unknown) => void = () => undefined,
): void => {
  if (event.seq <= draft.seq) return
  draft.seq = event.seq
  draft.position = event.position
  try {
    const known = knownOf(event)
    if (known !== undefined) foldKnown(draft, known)
  } catch (error) {
    onFlaw(error)
  }
}

/** The view after these events; the given view is left as it was. */
export const foldTeamView = (view: TeamView, events: readonly FeedEvent[]): TeamView => {
  const draft = draftOf(view)
  for (const event of events) applyTeamEvent(draft, event)
  return draft
}
