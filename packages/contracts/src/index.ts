export * from "#src/agent.ts"
export * from "#src/bus.ts"
export {
  Accepted,
  BulkDispatchRequest,
  BulkReply,
  BulkVerdict,
  DeadLetter,
  DispatchRequest,
  Empty,
  Enrollment,
  ExchangeRequest,
  MemberPatch,
  NewChatMessage,
  NewMember,
  NewTeam,
  Reason,
  Retarget,
  Session,
  TeamPatch,
} from "#src/http-bodies.ts"
export * from "#src/http-limits.ts"
export * from "#src/http.ts"
export * from "#src/live.ts"
export * from "#src/problem.ts"
export * from "#src/views.ts"
