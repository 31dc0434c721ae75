import type { MemberDoc, NewMember } from "@muster/contracts"
import { SLOTS_DEFAULT, SLOTS_MAX } from "@muster/domain"
import type { Runtime } from "@muster/domain"
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
})

export const draftOfMember = (member: MemberDoc): MemberDraft => ({
  handle: member.handle,
  name: member.name,
  role: member.role,
  runtime: member.runtime,
  slots: String(member.slots),
  skills: member.skills.join(", "),
  placement: member.placement,
  argv: (member.runtimeOptions.command?.argv ?? []).join("\n"),
})

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
  if (Object.keys(errors).length > 0) return { isOk: false, errors }
  const { argv: _, ...otherCommand } = before.command ?? {}
  const argv = argvOf(draft.argv)
  const command = argv.length > 0 ? { ...otherCommand, argv } : otherCommand
  return {
    isOk: true,
    request: {
      handle: draft.handle,
      name: draft.name.trim() === "" ? draft.handle : draft.name.trim(),
      role: draft.role,
      runtime: draft.runtime,
      runtimeOptions: { ...before, ...(Object.keys(command).length > 0 || before.command ? { command } : {}) },
      slots,
      skills: draft.skills
        .split(",")
        .map((skill) => skill.trim())
        .filter((skill) => skill !== ""),
      placement: draft.placement,
    },
  }
}

/** The server's refusals of a whole member, at the field where a person can put it right. */
export function memberErrorsFrom(kind: string, text: string, fields: Readonly<Record<string, string>>): MemberErrors {
  if (kind === "handle-taken") return { handle: text }
  if (kind === "second-leader") return { role: text }
  const known: ReadonlyArray<keyof MemberDraft> = ["handle", "name", "slots", "skills"]
  return Object.fromEntries(
    known.flatMap((field) => {
      const detail = Object.entries(fields).find(([pointer]) => pointer.startsWith(`/${field}`))?.[1]
      return detail === undefined ? [] : [[field, detail]]
    }),
  )
}
