/** Where a member's streams are. */
export interface MemberRef {
  readonly teamId: string
  readonly memberId: string
}

/** One hash tag per team: whatever a script or a read touches for one team lies on one node of a cluster. */
const tag = (teamId: string) => `{muster:${teamId}}`
const ofMember = (member: MemberRef, what: string) => `${tag(member.teamId)}:${member.memberId}:${what}`

/** Every key of the bus. No other place spells one. */
export const keys = {
  /** Stream: tasks for the member; ids are positions of the log. */
  inbox: (member: MemberRef) => ofMember(member, "in"),
  /** Stream: what the dispatcher tells the agent. */
  control: (member: MemberRef) => ofMember(member, "ctl"),
  /** Stream: what the agent reports; nobody else may write it. */
  outbox: (member: MemberRef) => ofMember(member, "out"),
  /** String with a time to live: the agent's last heartbeat. */
  presence: (member: MemberRef) => ofMember(member, "presence"),
  /** Stream: copies of entries nobody could understand, for operators. */
  deadLetters: (member: MemberRef) => ofMember(member, "dlq"),
  /** An inbox that was set aside. */
  quarantine: (member: MemberRef, atMillis: number) => ofMember(member, `in:quarantine:${atMillis}`),
  /** String: generation of the team's bus; absent or another one means that the bus must be rebuilt from the log. */
  generation: (teamId: string) => `${tag(teamId)}:gen`,
  /** String: epoch of the process that owns the team; earlier owners write nothing. */
  owner: (teamId: string) => `${tag(teamId)}:owner`,
} as const

/** Consumer group of the agent on its inbox. */
export const AGENT_GROUP = "agent"
/** Consumer group (and the only consumer) of the dispatcher on the outboxes. */
export const DISPATCHER_GROUP = "dispatcher"

/** Entry id of a task in an inbox: the position of its TaskAssigned event. */
export const inboxEntryId = (position: string): string => `${position}-0`

/** What every bus user's name starts with: reconciliation touches no other user. */
export const BUS_USER_PREFIX = "muster-"

/** Name of the bus user of one incarnation. The tail of the id is its random part. */
export const busUsername = (memberId: string, incarnation: string): string =>
  `${BUS_USER_PREFIX}${memberId}-${incarnation.slice(-12)}`

/** Of which log a bus generation is: it is written `<generation of the log>:<of the bus>`. */
export const logGenerationOf = (busGeneration: string): string => busGeneration.split(":")[0] ?? ""
