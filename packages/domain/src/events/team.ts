import { Schema } from "effect"
import {
  BRIEFING_MAX_CHARS,
  CHAT_MAX_CHARS,
  DEAD_LETTER_RAW_MAX_CHARS,
  DESCRIPTION_MAX_CHARS,
  MENTIONS_MAX,
  NAME_MAX_CHARS,
  REASON_MAX_CHARS,
  RUN_TOKENS_LIMIT_MAX,
  SKILL_MAX_CHARS,
  SKILLS_MAX,
  SLOTS_MAX,
} from "#src/limits.ts"
import {
  BookmarkId,
  ConversationId,
  IncarnationId,
  MemberId,
  MessageId,
  OrgId,
  Position,
  TaskId,
  TaskTemplateId,
  TeamId,
  UserId,
} from "#src/ids.ts"
import { RequiredText, Text } from "#src/text.ts"
import { Attachment, Attachments } from "#src/events/attachment.ts"
import { TaskDraft } from "#src/events/task-draft.ts"
import { Runtime } from "#src/events/runtimes.ts"
import { RuntimeOptions } from "#src/events/shared.ts"
import { Role } from "#src/role.ts"

export const MemberRole = Schema.Literals(["leader", "member"])
export type MemberRole = typeof MemberRole.Type

/** Short name that people type after an @: lower case, digits and dashes, unique in its team. */
export const Handle = Schema.String.check(Schema.isPattern(/^[a-z0-9][a-z0-9-]{0,31}$/u))

export const RunTokensMax = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: RUN_TOKENS_LIMIT_MAX }))

export const TeamProfile = Schema.Struct({
  name: RequiredText(NAME_MAX_CHARS),
  description: Text(DESCRIPTION_MAX_CHARS),
  /** Tokens that a task and all it dispatches may use in one run, before nothing more is dispatched. Absent or 0: no limit. */
  runTokensMax: Schema.optionalKey(RunTokensMax),
})
export type TeamProfile = typeof TeamProfile.Type

export const MemberProfile = Schema.Struct({
  handle: Handle,
  name: RequiredText(NAME_MAX_CHARS),
  role: MemberRole,
  runtime: Runtime,
  runtimeOptions: RuntimeOptions,
  /** Tasks it works on at the same time. */
  slots: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: SLOTS_MAX })),
  skills: Schema.Array(RequiredText(SKILL_MAX_CHARS)).check(Schema.isMaxLength(SKILLS_MAX)),
  /** `local`: Muster runs its agent on this machine. `manual`: somebody starts the agent elsewhere with a bootstrap token. */
  placement: Schema.Literals(["local", "manual"]),
  /** Its part in the team, in words for a member that thinks; it is told them with each task. Absent or empty: none. */
  briefing: Schema.optionalKey(Text(BRIEFING_MAX_CHARS)),
})
export type MemberProfile = typeof MemberProfile.Type

const Reason = Schema.Struct({ reason: Text(REASON_MAX_CHARS) })

/** Whose kill switch it was. A team halted by both is released when both are lifted. */
export const HaltScope = Schema.Literals(["team", "organisation"])
export type HaltScope = typeof HaltScope.Type

/** One of a member's streams on the bus. */
export const BusStream = Schema.Literals(["in", "ctl", "out"])
export type BusStream = typeof BusStream.Type

export const teamEvents = {
  OrganisationCreated: {
    schema: 1,
    what: "The installation got its first (or another) organisation.",
    data: Schema.Struct({ orgId: OrgId, name: RequiredText(NAME_MAX_CHARS) }),
  },
  OrganisationHalted: {
    schema: 1,
    what: "The kill switch of the organisation: nothing is assigned in any of its teams, and all that runs is cancelled.",
    data: Schema.Struct({ reason: Text(REASON_MAX_CHARS), cancelQueued: Schema.Boolean }),
  },
  OrganisationReleased: { schema: 1, what: "The organisation's kill switch was lifted.", data: Reason },
  UserRegistered: {
    schema: 1,
    what: "A person may sign in.",
    data: Schema.Struct({ userId: UserId, name: RequiredText(NAME_MAX_CHARS), role: Role }),
  },
  TeamCreated: {
    schema: 1,
    what: "A team came to be.",
    data: Schema.Struct({ teamId: TeamId, profile: TeamProfile, requestHash: Schema.String }),
  },
  TeamEdited: {
    schema: 1,
    what: "Name, description or limits changed.",
    data: Schema.Struct({ profile: TeamProfile }),
  },
  TeamArchived: { schema: 1, what: "The team was closed; it takes no commands.", data: Reason },
  TeamRestored: { schema: 1, what: "An archived team was opened again.", data: Schema.Struct({}) },
  TeamPaused: {
    schema: 1,
    what: "No new assignments in this team until it is resumed; running work goes on.",
    data: Reason,
  },
  TeamDrainStarted: {
    schema: 1,
    what: "The team finishes what its members hold and takes nothing new until it is resumed.",
    data: Reason,
  },
  TeamResumed: { schema: 1, what: "Assignments go on; a pause or a drain is over.", data: Schema.Struct({}) },
  TeamHalted: {
    schema: 1,
    what: "The kill switch: nothing is assigned in this team and all that runs is cancelled, until it is lifted. Queued work is cancelled only if that was asked for.",
    data: Schema.Struct({ by: HaltScope, reason: Text(REASON_MAX_CHARS), cancelQueued: Schema.Boolean }),
  },
  TeamReleased: {
    schema: 1,
    what: "A kill switch was lifted.",
    data: Schema.Struct({ by: HaltScope, reason: Text(REASON_MAX_CHARS) }),
  },
  TeamTaskTemplateSaved: {
    schema: 1,
    what: "A draft of a task was kept for the team under a name, in place of the one that had it.",
    data: Schema.Struct({ templateId: TaskTemplateId, name: RequiredText(NAME_MAX_CHARS), draft: TaskDraft }),
  },
  TeamTaskTemplateDeleted: {
    schema: 1,
    what: "A draft that was kept for the team is not any more.",
    data: Schema.Struct({ templateId: TaskTemplateId }),
  },
  TeamBookmarkAdded: {
    schema: 1,
    what: "Somebody gave a moment of the team's history a name; everybody in the team sees it. `moment` is a position of the log.",
    data: Schema.Struct({ bookmarkId: BookmarkId, moment: Position, name: RequiredText(NAME_MAX_CHARS) }),
  },
  TeamBookmarkRemoved: {
    schema: 1,
    what: "The name of a moment was taken away; the moment stays.",
    data: Schema.Struct({ bookmarkId: BookmarkId }),
  },
  MemberAdded: {
    schema: 1,
    what: "An agent joined the team.",
    data: Schema.Struct({ memberId: MemberId, teamId: TeamId, profile: MemberProfile, requestHash: Schema.String }),
  },
  MemberEdited: { schema: 1, what: "A member's profile changed.", data: Schema.Struct({ profile: MemberProfile }) },
  MemberRemoved: { schema: 1, what: "The member left; its credentials are void.", data: Reason },
  MemberPaused: { schema: 1, what: "No new assignments to this member; running work goes on.", data: Reason },
  MemberDrainStarted: {
    schema: 1,
    what: "The member finishes what it holds and takes nothing new until it is resumed.",
    data: Reason,
  },
  MemberResumed: {
    schema: 1,
    what: "Assignments to this member go on; a pause or a drain is over.",
    data: Schema.Struct({}),
  },
  MemberStopOrdered: {
    schema: 1,
    what: "The agent did not obey a kill switch in time: where Muster runs it, its instance is stopped and begins anew.",
    data: Schema.Struct({ incarnation: IncarnationId, reason: Text(REASON_MAX_CHARS) }),
  },
  MemberBound: {
    schema: 1,
    what: "A new incarnation of the member's agent got credentials; earlier ones are void.",
    data: Schema.Struct({ incarnation: IncarnationId, agentVersion: Text(64), host: Text(255) }),
  },
  MemberPresent: { schema: 1, what: "The agent is heard.", data: Schema.Struct({ incarnation: IncarnationId }) },
  MemberAbsent: {
    schema: 1,
    what: "The agent is no longer heard.",
    data: Schema.Struct({ lastHeardAt: Schema.NullOr(Schema.String) }),
  },
  MemberBlocked: {
    schema: 1,
    what: "The agent is there, but its runtime cannot work, for this reason: what is assigned to it waits.",
    data: Schema.Struct({ incarnation: IncarnationId, reason: Text(REASON_MAX_CHARS) }),
  },
  MemberUnblocked: {
    schema: 1,
    what: "The agent's runtime can work again.",
    data: Schema.Struct({ incarnation: IncarnationId }),
  },
  MemberInboxQuarantined: {
    schema: 1,
    what: "Somebody wrote foreign ids into the member's inbox; it was set aside and rebuilt from the log.",
    data: Schema.Struct({ lastId: Text(64), setAsideAs: Text(255) }),
  },
  MemberEntryDeadLettered: {
    schema: 1,
    what: "An entry on one of the member's bus streams could not be understood; it was moved to the dead letters.",
    data: Schema.Struct({
      stream: BusStream,
      entryId: Text(64),
      reason: Text(REASON_MAX_CHARS),
      /** The body as it was, cut to a limit and made storable; absent when it could not be read any more. */
      raw: Schema.optionalKey(Text(DEAD_LETTER_RAW_MAX_CHARS)),
      isRawTruncated: Schema.optionalKey(Schema.Boolean),
      /** The task and attempt it was about, when that is known. */
      taskId: Schema.optionalKey(TaskId),
      attempt: Schema.optionalKey(Schema.Int),
    }),
  },
  MemberEntryRedriven: {
    schema: 1,
    what: "An operator had a dead-lettered entry tried again. `entry` is the position of the event that set it aside.",
    data: Schema.Struct({ entry: Position, stream: BusStream }),
  },
  MemberEntryDiscarded: {
    schema: 1,
    what: "An operator looked at a dead-lettered entry and put it aside for good.",
    data: Schema.Struct({ entry: Position, reason: Text(REASON_MAX_CHARS) }),
  },
  BusRebuilt: {
    schema: 1,
    what: "The team's bus had lost its memory and was rebuilt from the log.",
    data: Schema.Struct({ generation: Text(128), assignments: Schema.Int }),
  },
  ChatMessagePosted: {
    schema: 1,
    what: "A message in the team's chat. What an agent says with the end of a turn stands in the turn's own stream, behind its outcome.",
    data: Schema.Struct({
      messageId: MessageId,
      text: RequiredText(CHAT_MAX_CHARS),
      mentions: Schema.Array(MemberId).check(Schema.isMaxLength(MENTIONS_MAX)),
      taskId: Schema.optionalKey(TaskId),
      /** Between a person and a member, beside the team's chat. On the record like everything else. */
      direct: Schema.optionalKey(Schema.Struct({ userId: UserId, memberId: MemberId })),
      /** Conversations that begin here, each in place of the member's earlier one. */
      begins: Schema.optionalKey(
        Schema.Array(Schema.Struct({ memberId: MemberId, conversationId: ConversationId })).check(
          Schema.isMaxLength(MENTIONS_MAX),
        ),
      ),
      /** Files that came with it; each was uploaded to the team before. */
      attachments: Schema.optionalKey(Attachments),
    }),
  },
  FileUploaded: {
    schema: 1,
    what: "A person put a file beside the team, so that messages and tasks can carry it; its bytes are in the blob store under the hash.",
    data: Attachment,
  },
} as const
