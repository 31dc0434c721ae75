import { BUS_VERSION, type TaskEnvelope } from "@muster/contracts"
import type { Position, RuntimeOptions } from "@muster/domain"
import type { MemberEntry } from "#src/model/member.ts"
import type { TaskEntry } from "#src/model/task.ts"

/** The member's options with the task's laid over them, key by key. */
export const mergeOptions = (ofMember: RuntimeOptions, ofTask: RuntimeOptions): RuntimeOptions => ({
  ...(ofMember.command || ofTask.command ? { command: { ...ofMember.command, ...ofTask.command } } : {}),
  ...(ofMember.simulated || ofTask.simulated ? { simulated: { ...ofMember.simulated, ...ofTask.simulated } } : {}),
  ...(ofMember.acp || ofTask.acp ? { acp: { ...ofMember.acp, ...ofTask.acp } } : {}),
  ...(ofMember.openclaw || ofTask.openclaw ? { openclaw: { ...ofMember.openclaw, ...ofTask.openclaw } } : {}),
})

/** A held task as it goes into its member's inbox; undefined when it is not held or its member has no profile. */
export const envelopeOf = (entry: TaskEntry, member: MemberEntry): TaskEnvelope | undefined => {
  const { state, hold, taskId, teamId, traceparent } = entry
  const profile = member.state.profile
  if (hold === undefined || state.spec === undefined || profile === undefined) return undefined
  const { title, instructions, inputs, timeLimitMillis, deadlineAt, conversation, attachments } = state.spec
  return {
    v: BUS_VERSION,
    taskId,
    assignmentId: hold.assignmentId,
    teamId,
    memberId: hold.memberId,
    position: hold.position as Position,
    run: state.run,
    attempt: state.attempt,
    epoch: state.epoch,
    title,
    instructions,
    inputs,
    runtime: profile.runtime,
    runtimeOptions: mergeOptions(profile.runtimeOptions, state.spec.runtimeOptions),
    timeLimitMillis,
    deadlineAt: deadlineAt ?? null,
    idempotencyKey: taskId,
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(conversation === undefined ? {} : { conversationId: conversation.conversationId }),
    ...(attachments === undefined ? {} : { attachments }),
  }
}
