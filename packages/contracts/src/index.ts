export * from "#src/agent.ts"
export * from "#src/agent-tools.ts"
export * from "#src/bus.ts"
export {
  Accepted,
  AttachmentRef,
  BulkDispatchItem,
  BulkDispatchRequest,
  BulkReply,
  BulkTaskReason,
  BulkTaskReassign,
  BulkTaskReply,
  BulkTaskRetarget,
  BulkVerdict,
  DeadLetter,
  DeadLetterReply,
  DeadLetterSelection,
  DeadLetterVerdict,
  DispatchRequest,
  Empty,
  Enrollment,
  ExchangeRequest,
  HaltRequest,
  MemberPatch,
  NewChatMessage,
  NewMember,
  NewMembers,
  NewSchedule,
  NewTeam,
  OrganisationDoc,
  Reason,
  Reassign,
  ReleaseRequest,
  Retarget,
  SchedulePatch,
  Session,
  TaskVerdict,
  TeamPatch,
  type TemplateRequest,
  UploadedFile,
} from "#src/http-bodies.ts"
export * from "#src/http-limits.ts"
export * from "#src/http.ts"
export * from "#src/live.ts"
export * from "#src/models.ts"
export * from "#src/needs.ts"
export * from "#src/problem.ts"
export {
  ActivityBucket,
  EXPORT_FORMAT,
  EXPORT_VERSION,
  ExportLine,
  type HistoryQuery,
  HistorySignal,
} from "#src/routes/replay.ts"
export { API_TOKEN_DAYS_MAX, ApiToken, NewApiToken } from "#src/routes/api-tokens.ts"
export { Abilities, RuntimeAbility } from "#src/routes/runtimes.ts"
export { TEAM_DRAFT_MEMBERS_MAX, TeamDraft } from "#src/team-draft.ts"
export {
  teamTemplates,
  type TeamTemplate,
  type TemplateHandle,
  type TemplateId,
  type TemplateMember,
  type TemplateRef,
  type TemplateTask,
} from "#src/templates.ts"
export * from "#src/tool-schema.ts"
export * from "#src/task-views.ts"
export * from "#src/views.ts"
