export * from "#src/agent.ts"
export * from "#src/agent-tools.ts"
export * from "#src/bus.ts"
export {
  Accepted,
  BulkDispatchItem,
  BulkDispatchRequest,
  BulkReply,
  BulkTaskReason,
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
  NewSchedule,
  NewTeam,
  OrganisationDoc,
  Reason,
  ReleaseRequest,
  Retarget,
  SchedulePatch,
  Session,
  TaskVerdict,
  TeamPatch,
  type TemplateRequest,
} from "#src/http-bodies.ts"
export * from "#src/http-limits.ts"
export * from "#src/http.ts"
export * from "#src/live.ts"
export * from "#src/models.ts"
export * from "#src/problem.ts"
export { API_TOKEN_DAYS_MAX, ApiToken, NewApiToken } from "#src/routes/api-tokens.ts"
export * from "#src/tool-schema.ts"
export * from "#src/views.ts"
