import type { MemberDoc, NewMember } from "@muster/contracts"
import { BRIEFING_MAX_CHARS, SLOTS_DEFAULT, SLOTS_MAX } from "@muster/domain"
import type { AcpAgent, Permissions, Runtime, RuntimeOptions } from "@muster/domain"
import { t } from "#src/i18n/index.ts"
import { argvOf } from "#src/pages/team/dispatch/draft.ts"

/** What stands in the form of a member. */
export interface MemberDraft {
  readonly handle: string
  readonly name: string
  readonly role: "leader" | "member"
  readonly runtime: Runtime
  readonly slots: string
  readonly skills: string
  readonly placement: "local" | "manual"
  /** One argument per line. */
  readonly argv: string
  /** Which agent the `acp` runtime starts, and how, when it is one of one's own. */
  readonly agent: AcpAgent
  readonly agentArgv: string
  /** Empty: the one that is set for the member, its team or the organisation. */
  readonly model: string
  readonly permissions: Permissions
  /** Its part in the team, for one that thinks. */
  readonly briefing: string
}

export const newMemberDraft = (hasLeader: boolean): MemberDraft => ({
  handle: "",
  name: "",
  role: hasLeader ? "member" : "leader",
  runtime: "command",
  slots: String(SLOTS_DEFAULT),
  skills: "",
  placement: "local",
  argv: "",
  agent: "opencode",
  agentArgv: "",
  model: "",
  permissions: "ask",
  briefing: "",
})

/** What a form needs to know of a member that is there, or is proposed. */
export type MemberLike = Pick<
  MemberDoc,
  "handle" | "name" | "role" | "runtime" | "runtimeOptions" | "slots" | "skills" | "placement" | "briefing"
>

export const draftOfMember = (member: MemberLike): MemberDraft => ({
  handle: member.handle,
  name: member.name,
  role: member.role,
  runtime: member.runtime,
  slots: String(member.slots),
  skills: member.skills.join(", "),
  placement: member.placement,
  argv: (member.runtimeOptions.command?.argv ?? []).join("\n"),
  agent: member.runtimeOptions.acp?.agent ?? "opencode",
  agentArgv: (member.runtimeOptions.acp?.argv ?? []).join("\n"),
  model: ofModelRuntime(member)?.model ?? "",
  permissions: ofModelRuntime(member)?.permissions ?? "ask",
  briefing: member.briefing ?? "",
})

const ofModelRuntime = ({ runtime, runtimeOptions }: MemberLike) =>
  runtime === "openclaw" ? runtimeOptions.openclaw : runtimeOptions.acp

/** Runtimes that ask a model what to do. */
export const hasModel = (runtime: Runtime): runtime is "acp" | "openclaw" => runtime === "acp" || runtime === "openclaw"

/** The options of the runtime that was chosen; those of the others stay as they were. */
function optionsOf(draft: MemberDraft, before: RuntimeOptions): RuntimeOptions {
  const model = draft.model.trim()
  switch (draft.runtime) {
    case "command": {
      const { argv: _, ...others } = before.command ?? {}
      const argv = argvOf(draft.argv)
      const command = argv.length > 0 ? { ...others, argv } : others
      return { ...before, ...(Object.keys(command).length > 0 || before.command ? { command } : {}) }
    }
    case "acp": {
      const { argv: _, model: __, ...others } = before.acp ?? {}
      const own = draft.agent === "custom" ? { argv: argvOf(draft.agentArgv) } : {}
      const named = model === "" ? {} : { model }
      return { ...before, acp: { ...others, ...own, ...named, agent: draft.agent, permissions: draft.permissions } }
    }
    case "openclaw": {
      const { model: _, ...others } = before.openclaw ?? {}
      const named = model === "" ? {} : { model }
      return { ...before, openclaw: { ...others, ...named, permissions: draft.permissions } }
    }
    case "simulated":
      return before
    default:
      return draft.runtime satisfies never
  }
}

export type MemberErrors = Readonly<Partial<Record<keyof MemberDraft, string>>>
export type MemberVerdict =
  | { readonly isOk: true; readonly request: NewMember }
  | { readonly isOk: false; readonly errors: MemberErrors }

const HANDLE = /^[a-z0-9][a-z0-9-]{0,31}$/

/**
 * The request that the form stands for.
 * @param before runtime options that the form does not show and must not lose
 */
export function memberRequest(draft: MemberDraft, before: NewMember["runtimeOptions"] = {}): MemberVerdict {
  const slots = Number(draft.slots)
  const errors: Partial<Record<keyof MemberDraft, string>> = {}
  if (!HANDLE.test(draft.handle)) errors.handle = t("member-form.handle-wrong")
  if (!Number.isInteger(slots) || slots < 1 || slots > SLOTS_MAX || draft.slots.trim() === "")
    errors.slots = t("member-form.slots-wrong", { max: SLOTS_MAX })
  if (draft.runtime === "acp" && draft.agent === "custom" && argvOf(draft.agentArgv).length === 0)
    errors.agentArgv = t("member-form.agent-argv-wrong")
  const briefing = hasModel(draft.runtime) ? draft.briefing.trim() : ""
  if (briefing.length > BRIEFING_MAX_CHARS) errors.briefing = t("briefing.too-long", { max: BRIEFING_MAX_CHARS })
  if (Object.keys(errors).length > 0) return { isOk: false, errors }
  return {
    isOk: true,
    request: {
      handle: draft.handle,
      name: draft.name.trim() === "" ? draft.handle : draft.name.trim(),
      role: draft.role,
      runtime: draft.runtime,
      runtimeOptions: optionsOf(draft, before),
      slots,
      skills: draft.skills
        .split(",")
        .map((skill) => skill.trim())
        .filter((skill) => skill !== ""),
      placement: draft.placement,
      ...(briefing === "" ? {} : { briefing }),
    },
  }
}

/** The server's refusals of a whole member, at the field where a person can put it right. */
export function memberErrorsFrom(kind: string, text: string, fields: Readonly<Record<string, string>>): MemberErrors {
  if (kind === "handle-taken") return { handle: text }
  if (kind === "second-leader") return { role: text }
  const known: ReadonlyArray<keyof MemberDraft> = ["handle", "name", "slots", "skills", "briefing"]
  return Object.fromEntries(
    known.flatMap((field) => {
      const detail = Object.entries(fields).find(([pointer]) => pointer.startsWith(`/${field}`))?.[1]
      return detail === undefined ? [] : [[field, detail]]
    }),
  )
}
