import type {
  BookmarkId,
  MemberCommand,
  MemberId,
  MemberProfile,
  MemberState,
  Position,
  ScheduleCommand,
  ScheduleId,
  ScheduleSpec,
  ScheduleState,
  TaskId,
  TaskTemplateId,
  TeamCommand,
  TeamId,
  TeamState,
} from "@muster/domain"
import { template, type Asks } from "#src/testing/asks.ts"
import type { Dice } from "#src/testing/dice.ts"

/** What may be asked of a team, its members and its schedules. `happened` is the number of events before it. */

/** When everything in a made-up history is decided. */
export const DECIDED_AT_MILLIS = Date.parse("2026-03-01T12:00:00.000Z")

export const profile = (handle: string, dice: Dice): MemberProfile => ({
  handle,
  name: `Agent ${handle}`,
  role: "member",
  runtime: "simulated",
  runtimeOptions: {},
  slots: 1 + dice.below(3),
  skills: ["counting", "naïveté"].slice(0, dice.below(3)),
  placement: dice.pick(["local", "manual"]),
})

export const memberCommand = (state: MemberState, { dice, mint }: Asks, isOneOfMany: boolean): MemberCommand => {
  const fresh = mint() as never
  const incarnation = (state.incarnation ?? fresh) as never
  const unblock = { kind: "unblock", incarnation } as const
  return dice.pick<MemberCommand>([
    ...(state.blockedReason === undefined ? [] : [unblock, unblock]),
    { kind: "edit", profile: profile(state.profile?.handle ?? "m", dice) },
    { kind: "pause", reason: "maintenance" },
    { kind: "drain", reason: "update" },
    { kind: "order-stop", incarnation, reason: "silent" },
    { kind: "resume" },
    { kind: "bind", incarnation: fresh, agentVersion: "0.1.0", host: "worker-1" },
    { kind: "present", incarnation },
    { kind: "block", incarnation, reason: "not installed" },
    { kind: "absent", lastHeardAt: null },
    ...(dice.oneIn(8) && isOneOfMany ? [{ kind: "remove", reason: "not needed" } as const] : []),
  ])
}

const templateCommands = ({ taskTemplates }: TeamState, { dice, mint }: Asks): readonly TeamCommand[] => {
  const draft = { instructions: "wc -w *.md", priority: dice.below(10) }
  const name = `Count ${dice.below(4)}`
  const save = { kind: "save-template", templateId: mint() as TaskTemplateId, name, draft } as const
  const [first] = taskTemplates
  return first === undefined ? [save] : [save, { kind: "delete-template", templateId: first.id }]
}

const bookmarkCommands = ({ bookmarks }: TeamState, { dice, mint }: Asks, happened: number): readonly TeamCommand[] => {
  const moment = String(1 + dice.below(happened)) as Position
  const add = { kind: "bookmark", bookmarkId: mint() as BookmarkId, moment, name: `Look ${dice.below(4)}` } as const
  const [first] = bookmarks
  return first === undefined ? [add] : [add, { kind: "remove-bookmark", bookmarkId: first }]
}

export const teamCommand = (state: TeamState, asks: Asks, happened: number): TeamCommand => {
  const { dice } = asks
  return dice.pick<TeamCommand>([
    { kind: "edit", profile: { name: `Team ${dice.below(100)}`, description: "Æther ✓" } },
    { kind: "pause", reason: "lunch" },
    { kind: "drain", reason: "move" },
    { kind: "halt", by: dice.pick(["team", "organisation"]), reason: "runaway", cancelQueued: dice.oneIn(2) },
    { kind: "release", by: dice.pick(["team", "organisation"]), reason: "found it" },
    { kind: "resume" },
    { kind: "archive", reason: "over" },
    { kind: "restore" },
    ...templateCommands(state, asks),
    ...bookmarkCommands(state, asks, happened),
  ])
}

export const scheduleCommand = (
  { scheduleId, teamId, state }: { scheduleId: ScheduleId; teamId: TeamId; state: ScheduleState },
  { dice, mint }: Asks,
  someMember: () => MemberId,
  happened: number,
): ScheduleCommand => {
  const at = (minutes: number) => new Date(DECIDED_AT_MILLIS + minutes * 60_000).toISOString()
  const spec: ScheduleSpec = {
    name: `Nightly ${dice.below(9)}`,
    cron: `${dice.below(60)} 2 * * *`,
    timeZone: "Europe/Berlin",
    overlap: dice.pick(["skip", "queue"]),
    catchUp: dice.pick(["one", "none"]),
    task: template(someMember(), dice),
  }
  return state.isCreated
    ? dice.pick<ScheduleCommand>([
        { kind: "edit", spec, from: at(0) },
        { kind: "pause", reason: "holiday" },
        { kind: "resume", from: at(0) },
        { kind: "fire", dueAt: at(happened), taskId: mint() as TaskId, missed: dice.below(3) },
        { kind: "fire", dueAt: at(happened), taskId: mint() as TaskId, missed: 0 },
        { kind: "skip", dueAt: at(happened), reason: dice.pick(["overlap", "missed"]), missed: 0 },
        ...(dice.oneIn(8) ? [{ kind: "delete", reason: "" } as const] : []),
      ])
    : { kind: "create", scheduleId, teamId, spec, from: at(0), requestHash: "hash" }
}
