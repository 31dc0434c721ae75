import type { FeedEvent, TeamView } from "@muster/contracts"
import type { KnownEvent, TaskStep } from "@muster/domain"
import { entityId, isScheduleEvent, knownOf } from "@muster/projections"
import { t, tn } from "#src/i18n/index.ts"
import { absoluteTime, durationText, millisOf, sizeText } from "#src/lib/time.ts"
import { failureWords } from "#src/team/history/failure-words.ts"
import { memberLabel, targetLabel, taskLabel } from "#src/team/names.ts"
import { usageText } from "#src/team/task/usage.ts"

const withReason = (text: string, reason: string): string =>
  reason.trim() === "" ? text : t("event.with-reason", { text, reason })

/** What the agent said, else the reason in words. */
const failed = (reason: string, message: string): string =>
  message.trim() === "" ? failureWords(reason) : message.trim()

/**
 * What an event says, about the thing it happened to; who did it and which task it was stand beside it. Types that
 * this version does not know (a newer one wrote them) are named as they are.
 */
export function sentenceOf(event: FeedEvent, view: TeamView): string {
  const known = knownOf(event)
  return known === undefined ? t("event.unknown", { type: event.type }) : knownSentence(known, view)
}

function knownSentence(event: KnownEvent, view: TeamView): string {
  const member = () => memberLabel(view, entityId(event.stream))
  switch (event.type) {
    case "OrganisationCreated":
      return t("event.OrganisationCreated", { name: event.data.name })
    case "UserRegistered":
      return t("event.UserRegistered", { name: event.data.name, role: t(`role.${event.data.role}`) })
    case "TeamCreated":
      return t("event.TeamCreated", { name: event.data.profile.name })
    case "TeamEdited":
      return t("event.TeamEdited", { name: event.data.profile.name })
    case "TeamArchived":
    case "TeamPaused":
    case "TeamDrainStarted":
    case "OrganisationReleased":
      return withReason(t(`event.${event.type}`), event.data.reason)
    case "TeamHalted":
    case "TeamReleased":
      return withReason(t(`event.${event.type}.${event.data.by}`), event.data.reason)
    case "OrganisationHalted":
      return withReason(t("event.OrganisationHalted"), event.data.reason)
    case "NeedSnoozed":
      return t("event.NeedSnoozed", { time: absoluteTime(millisOf(event.data.until)) })
    case "NeedMarkedDone":
    case "NeedMarkRemoved":
    case "TeamRestored":
    case "TeamResumed":
    case "TeamBookmarkRemoved":
      return t(`event.${event.type}`)
    case "TeamTaskTemplateSaved":
      return t("event.TeamTaskTemplateSaved", { name: event.data.name })
    case "TeamTaskTemplateDeleted":
      return t("event.TeamTaskTemplateDeleted")
    case "TeamBookmarkAdded":
      return t("event.TeamBookmarkAdded", { name: event.data.name })
    case "MemberAdded": {
      const { handle, role, runtime } = event.data.profile
      const words = { role: t(`member.role.${role}`), runtime: t(`member.runtime.${runtime}`) }
      return t("event.MemberAdded", { handle, ...words })
    }
    case "MemberEdited":
      return t("event.MemberEdited", { handle: event.data.profile.handle })
    case "MemberRemoved":
    case "MemberPaused":
    case "MemberDrainStarted":
    case "MemberStopOrdered":
    case "MemberEntryDiscarded":
      return withReason(t(`event.${event.type}`, { member: member() }), event.data.reason)
    case "MemberResumed":
    case "MemberPresent":
    case "MemberAbsent":
    case "MemberUnblocked":
    case "MemberInboxQuarantined":
    case "MemberEntryRedriven":
      return t(`event.${event.type}`, { member: member() })
    case "MemberBlocked":
      return t("event.MemberBlocked", { member: member(), reason: event.data.reason })
    case "MemberBound":
      return t("event.MemberBound", { member: member(), version: event.data.agentVersion, host: event.data.host })
    case "MemberEntryDeadLettered": {
      const { stream, reason } = event.data
      return t("event.MemberEntryDeadLettered", { member: member(), stream: t(`dead.stream.${stream}`), reason })
    }
    case "BusRebuilt":
      return tn("event.BusRebuilt", event.data.assignments)
    case "ChatMessagePosted":
      return postedSentence(event.data.text, event.data.attachments?.length ?? 0)
    case "FileUploaded":
      return t("event.FileUploaded", { name: event.data.name, size: sizeText(event.data.size) })
    case "ModelEndpointSet":
      return t(`event.ModelEndpointSet.${event.data.scope.kind}`, { model: event.data.model })
    case "ModelEndpointRemoved":
      return t(`event.ModelEndpointRemoved.${event.data.scope.kind}`)
    default:
      return isScheduleEvent(event) ? scheduleSentence(event) : taskSentence(event, view)
  }
}

const postedSentence = (text: string, fileCount: number): string => {
  const said = t("event.ChatMessagePosted", { text })
  return fileCount === 0 ? said : t("event.with-files", { said, files: tn("event.ChatMessagePosted.files", fileCount) })
}

function scheduleSentence(event: Extract<KnownEvent, { readonly type: `Schedule${string}` }>): string {
  switch (event.type) {
    case "ScheduleCreated":
    case "ScheduleEdited":
      return t(`event.${event.type}`, { name: event.data.spec.name, cron: event.data.spec.cron })
    case "SchedulePaused":
    case "ScheduleDeleted":
      return withReason(t(`event.${event.type}`), event.data.reason)
    case "ScheduleResumed":
      return t("event.ScheduleResumed")
    case "ScheduleFired":
      return t("event.ScheduleFired", { time: absoluteTime(millisOf(event.data.dueAt)) })
    case "ScheduleSkipped":
      return t(`event.ScheduleSkipped.${event.data.reason}`, { time: absoluteTime(millisOf(event.data.dueAt)) })
    default:
      return event satisfies never
  }
}

type TaskEvent = Extract<KnownEvent, { readonly type: `Task${string}` }>

function taskSentence(event: TaskEvent, view: TeamView): string {
  switch (event.type) {
    case "TaskDispatched": {
      const { spec } = event.data
      return t("event.TaskDispatched", { member: targetLabel(view, spec), title: spec.title })
    }
    case "TaskAssigned": {
      const { memberId, run, attempt } = event.data
      return t("event.TaskAssigned", { member: memberLabel(view, memberId), run, attempt })
    }
    case "TaskReady":
    case "TaskStarted":
    case "TaskPaused":
    case "TaskResumed":
    case "TaskRetryDue":
    case "TaskExpired":
      return t(`event.${event.type}`)
    case "TaskProgressed":
      return progressSentence(event.data.percent, event.data.note)
    case "TaskStepRecorded":
      return stepSentence(event.data.step)
    case "TaskUsageRecorded":
      return t("event.TaskUsageRecorded", { usage: usageText(event.data.usage) })
    case "TaskChildDispatched": {
      const child = view.tasks[event.data.childTaskId]
      return child === undefined
        ? t("event.TaskChildDispatched")
        : t("event.TaskChildDispatched.named", { task: taskLabel(child.number), title: child.title })
    }
    case "TaskQuestionAsked":
      return t("event.TaskQuestionAsked", { text: event.data.text })
    case "TaskQuestionAnswered":
      return t("event.TaskQuestionAnswered", { answer: event.data.answer })
    case "TaskApprovalRequested":
      return t("event.TaskApprovalRequested", { action: event.data.action })
    case "TaskApprovalDecided":
      return withReason(t(`event.TaskApprovalDecided.${event.data.isApproved ? "yes" : "no"}`), event.data.comment)
    case "TaskSteered":
      return t(`event.TaskSteered.${event.data.isInterrupt ? "now" : "next"}`, { text: event.data.text })
    case "TaskArtifactAdded":
      return t("event.TaskArtifactAdded", { name: event.data.name, size: sizeText(event.data.size) })
    case "TaskPriorityChanged":
      return t("event.TaskPriorityChanged", { priority: event.data.priority })
    case "TaskReassigned":
      return t("event.TaskReassigned", { member: targetLabel(view, event.data) })
    case "TaskSucceeded":
      return withReason(t("event.TaskSucceeded"), event.data.result.summary)
    case "TaskRetryScheduled": {
      const { attempt, reason, message, dueAt } = event.data
      const wait = durationText(Math.max(0, millisOf(dueAt) - millisOf(event.at)))
      return t("event.TaskRetryScheduled", { attempt, reason: failed(reason, message), wait })
    }
    case "TaskFailed":
      return t("event.TaskFailed", { reason: failed(event.data.reason, event.data.message) })
    case "TaskLeaseExpired":
      return t("event.TaskLeaseExpired", { reason: failureWords(event.data.reason) })
    case "TaskCancelRequested":
    case "TaskCancelled":
    case "TaskDiscarded":
      return withReason(t(`event.${event.type}`), event.data.reason)
    case "TaskDeadLettered":
      return t("event.TaskDeadLettered", { reason: failed(event.data.reason, event.data.message) })
    case "TaskRetried":
    case "TaskRedriven":
      return t(`event.${event.type}`, { run: event.data.run, member: targetLabel(view, event.data) })
    default:
      return event satisfies never
  }
}

function stepSentence({ kind, status, title }: TaskStep): string {
  const what = title.trim() === "" ? t(`step.kind.${kind}`) : title
  return status === "completed" ? what : t(`event.TaskStepRecorded.${status}`, { what })
}

function progressSentence(percent: number | undefined, note: string | undefined): string {
  const said = note === undefined || note.trim() === "" ? undefined : note
  if (percent === undefined)
    return said === undefined ? t("event.TaskProgressed.bare") : t("event.TaskProgressed.note", { note: said })
  return said === undefined
    ? t("event.TaskProgressed", { percent })
    : t("event.TaskProgressed.noted", { percent, note: said })
}
