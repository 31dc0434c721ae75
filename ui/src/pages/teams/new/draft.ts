import type { NewTeam, TeamDraft, TeamTemplate, TemplateTask } from "@muster/contracts"
import { TEAM_MEMBERS_AT_ONCE_MAX } from "@muster/contracts"
import type { RuntimeOptions } from "@muster/domain"
import { SLOTS_DEFAULT } from "@muster/domain"
import { t } from "#src/i18n/index.ts"
import { draftOfMember, memberRequest, newMemberDraft } from "#src/pages/team/members/member-draft.ts"
import type { MemberDraft, MemberErrors } from "#src/pages/team/members/member-draft.ts"
import type { ReadWords } from "#src/pages/teams/new/words/index.ts"

/** A part of the first work. `handle` null: whoever leads; with `skills`, whoever has them. */
export interface FirstTask {
  readonly ref: string
  readonly title: string
  readonly instructions: string
  readonly handle: string | null
  readonly skills: ReadonlyArray<string>
  readonly after: ReadonlyArray<string>
  readonly runtimeOptions: RuntimeOptions | null
}

/** A member in the wizard. `row` names it while its handle is being typed. */
export interface WizardMember {
  readonly row: string
  readonly draft: MemberDraft
}

/** All that the wizard holds, as it is kept between visits. */
export interface WizardDraft {
  /** A template, `empty`, or `proposal` for what a model proposed. */
  readonly begins: string
  readonly name: string
  readonly description: string
  readonly members: ReadonlyArray<WizardMember>
  readonly firstWork: ReadonlyArray<FirstTask>
  readonly wantsFirstWork: boolean
  readonly sentence: string
}

export const emptyWizard: WizardDraft = {
  begins: "empty",
  name: "",
  description: "",
  members: [],
  firstWork: [],
  wantsFirstWork: true,
  sentence: "",
}

let rows = 0
/** A name for a row that no other row of this page has. */
export const newRow = (): string => `row-${Date.now().toString(36)}-${(rows += 1)}`

const firstTaskOf = ({ ref, to, after = [], script, runtimeOptions }: TemplateTask, words: ReadWords): FirstTask => ({
  ref,
  title: words.firstWork[ref]?.title ?? ref,
  instructions: script ?? words.firstWork[ref]?.instructions ?? "",
  handle: "handle" in to ? to.handle : null,
  skills: "skills" in to ? to.skills : [],
  after,
  runtimeOptions: runtimeOptions ?? null,
})

/** The wizard as it is after a template was chosen: a name that was typed stays. */
export function fromTemplate(
  before: WizardDraft,
  template: TeamTemplate,
  words: ReadWords,
  knownNames: ReadonlyArray<string>,
): WizardDraft {
  const members = template.members.map(({ handle, runtimeOptions = {}, ...member }): WizardMember => {
    const { name = handle, briefing = "" } = words.members[handle] ?? {}
    return {
      row: newRow(),
      draft: draftOfMember({
        ...member,
        handle,
        name,
        briefing,
        runtimeOptions,
        skills: [...member.skills],
        placement: "local",
      }),
    }
  })
  const hasOwnName = before.name.trim() !== "" && !knownNames.includes(before.name)
  return {
    ...before,
    begins: template.id,
    name: hasOwnName ? before.name : words.name,
    description: words.detail,
    members,
    firstWork: template.firstWork.map((task) => firstTaskOf(task, words)),
  }
}

/** The wizard as it is after a model has proposed a team. */
export const fromProposal = (
  before: WizardDraft,
  { name, description, members, firstTask }: TeamDraft,
): WizardDraft => ({
  ...before,
  begins: "proposal",
  name,
  description,
  members: members.map((member) => ({
    row: newRow(),
    draft: draftOfMember({
      handle: member.handle,
      name: member.name ?? member.handle,
      role: member.role ?? "member",
      runtime: member.runtime,
      runtimeOptions: member.runtimeOptions ?? {},
      slots: member.slots ?? SLOTS_DEFAULT,
      skills: member.skills ?? [],
      placement: member.placement ?? "local",
      briefing: member.briefing ?? "",
    }),
  })),
  firstWork:
    firstTask === null
      ? []
      : [{ ref: "first", ...firstTask, handle: null, skills: [], after: [], runtimeOptions: null }],
})

/** A member with other values; first work that was meant for it stays with it. */
export function changeMember(wizard: WizardDraft, row: string, part: Partial<MemberDraft>): WizardDraft {
  const before = wizard.members.find((member) => member.row === row)
  if (before === undefined) return wizard
  const { handle } = part
  const isRenamed = handle !== undefined && handle !== before.draft.handle
  return {
    ...wizard,
    members: wizard.members.map((member) =>
      member.row === row ? { row, draft: { ...member.draft, ...part } } : member,
    ),
    firstWork: !isRenamed
      ? wizard.firstWork
      : wizard.firstWork.map((task) => (task.handle === before.draft.handle ? { ...task, handle } : task)),
  }
}

export const addMember = (wizard: WizardDraft, draft: MemberDraft): WizardDraft => ({
  ...wizard,
  members: [...wizard.members, { row: newRow(), draft }],
})

/** Without a member. What it was to do first is the leader's then. */
export function removeMember(wizard: WizardDraft, row: string): WizardDraft {
  const gone = wizard.members.find((member) => member.row === row)
  return {
    ...wizard,
    members: wizard.members.filter((member) => member.row !== row),
    firstWork: wizard.firstWork.map((task) => (task.handle === gone?.draft.handle ? { ...task, handle: null } : task)),
  }
}

export const newWizardMember = (wizard: WizardDraft): MemberDraft =>
  newMemberDraft(wizard.members.some(({ draft }) => draft.role === "leader"))

/** The same work done by members that follow a script: for those that could not work now. */
export const withStandIns = (wizard: WizardDraft, rowsToChange: ReadonlySet<string>): WizardDraft => ({
  ...wizard,
  members: wizard.members.map((member) =>
    rowsToChange.has(member.row) ? { ...member, draft: { ...member.draft, runtime: "simulated" as const } } : member,
  ),
})

export interface WizardFaults {
  readonly name?: string
  /** About the members together. */
  readonly members?: string
  readonly ofMember: ReadonlyMap<string, MemberErrors>
}

/** Everything that stands in the way of creating the team, at the place where it can be put right. */
export function faultsOf(wizard: WizardDraft): WizardFaults {
  const ofMember = new Map<string, MemberErrors>()
  const seen = new Set<string>()
  let members: string | undefined
  for (const { row, draft } of wizard.members) {
    const verdict = memberRequest(draft)
    if (!verdict.isOk) ofMember.set(row, verdict.errors)
    if (seen.has(draft.handle)) members ??= t("wizard.handles-twice", { handle: draft.handle })
    seen.add(draft.handle)
  }
  const leaders = wizard.members.filter(({ draft }) => draft.role === "leader").length
  if (leaders > 1) members ??= t("wizard.two-leaders", { n: leaders })
  if (wizard.members.length > TEAM_MEMBERS_AT_ONCE_MAX)
    members ??= t("wizard.too-many", { max: TEAM_MEMBERS_AT_ONCE_MAX })
  return {
    ...(wizard.name.trim() === "" ? { name: t("wizard.name-wrong") } : {}),
    ...(members === undefined ? {} : { members }),
    ofMember,
  }
}

export const STEPS = ["template", "members", "limits", "review"] as const
export type Step = (typeof STEPS)[number]

/** Whether a step may be left forwards. */
export function isStepDone(step: Step, { name, members, ofMember }: WizardFaults): boolean {
  if (step === "template") return name === undefined
  return members === undefined && ofMember.size === 0
}

/** The first step with something wrong in it; undefined when the team can be created. */
export const firstFaultyStep = (faults: WizardFaults): Step | undefined =>
  STEPS.slice(0, -1).find((step) => !isStepDone(step, faults))

/** The request that the wizard stands for; only without faults. */
export function teamRequest(wizard: WizardDraft): NewTeam {
  const members = wizard.members.flatMap(({ draft }) => {
    const verdict = memberRequest(draft)
    return verdict.isOk ? [verdict.request] : []
  })
  return { name: wizard.name.trim(), description: wizard.description.trim(), members }
}

/** First work can be dispatched when everybody it names is there: who is not named is the leader. */
export function canDoFirstWork({ firstWork, members }: WizardDraft): boolean {
  const handles = new Set(members.map(({ draft }) => draft.handle))
  const hasLeader = members.some(({ draft }) => draft.role === "leader")
  return firstWork.every(({ handle, skills }) =>
    handle === null ? skills.length > 0 || hasLeader : handles.has(handle),
  )
}
