import { createMemo, createSignal } from "solid-js"
import type { Accessor } from "solid-js"
import { v7 } from "uuid"
import { commands } from "#src/api/commands.ts"
import { failureOf, failureText } from "#src/api/failure.ts"
import type { Failure } from "#src/api/failure.ts"
import { reads } from "#src/api/reads.ts"
import { createPreference } from "#src/lib/preferences.ts"
import { createAbilities } from "#src/pages/team/members/abilities.ts"
import type { KnownAbilities } from "#src/pages/team/members/abilities.ts"
import { dispatchFirstWork, FirstWorkRefused, makeTeam, requestKey } from "#src/pages/teams/new/create.ts"
import type { MadeTeam, Makers } from "#src/pages/teams/new/create.ts"
import { canDoFirstWork, emptyWizard, faultsOf, teamRequest } from "#src/pages/teams/new/draft.ts"
import type { WizardDraft, WizardFaults } from "#src/pages/teams/new/draft.ts"
import { sentFrom, wizardFrom } from "#src/pages/teams/new/stored.ts"
import type { Sent } from "#src/pages/teams/new/stored.ts"

const NOTHING_SENT: Sent = { key: "", body: "" }

const kept = createPreference<WizardDraft>("team-wizard", emptyWizard, wizardFrom)
const sent = createPreference<Sent>("team-wizard.sent", NOTHING_SENT, sentFrom)

const makers: Makers = {
  createTeam: commands.createTeam,
  readTeam: reads.readTeam,
  dispatchTasks: commands.dispatchTasks,
}

/** How far creating has come. */
export type Creating =
  | { readonly kind: "not-yet" }
  | { readonly kind: "busy" }
  /** The team was refused, or nobody answered. */
  | { readonly kind: "failed"; readonly failure: Failure }
  /** The team is there, its first work is not. */
  | { readonly kind: "work-failed"; readonly team: MadeTeam; readonly reason: string }

export interface Wizard {
  readonly draft: Accessor<WizardDraft>
  readonly set: (next: WizardDraft) => void
  readonly faults: Accessor<WizardFaults>
  readonly abilities: KnownAbilities
  readonly creating: Accessor<Creating>
  /** Creates the team and dispatches its first work, or goes on where that was broken off. */
  readonly create: () => Promise<void>
  readonly discard: () => void
}

/** What became of it: the team, and how many tasks were dispatched. */
export type OnCreated = (team: MadeTeam, tasks: number) => void

export function createWizard(onCreated: OnCreated): Wizard {
  const abilities = createAbilities()
  const [creating, setCreating] = createSignal<Creating>({ kind: "not-yet" })
  const faults = createMemo(() => faultsOf(kept.value()))
  const forget = () => {
    kept.set(emptyWizard)
    sent.set(NOTHING_SENT)
    setCreating({ kind: "not-yet" })
  }
  const startWork = async (team: MadeTeam, key: string) => {
    const draft = kept.value()
    const work = draft.wantsFirstWork && canDoFirstWork(draft) ? draft.firstWork : []
    try {
      const tasks = work.length === 0 ? 0 : await dispatchFirstWork(makers, team, work, key)
      forget()
      onCreated(team, tasks)
    } catch (error) {
      const reason = error instanceof FirstWorkRefused ? error.message : failureText(failureOf(error))
      setCreating({ kind: "work-failed", team, reason })
    }
  }
  const create = async () => {
    const now = creating()
    if (now.kind === "busy") return
    setCreating({ kind: "busy" })
    if (now.kind === "work-failed") return startWork(now.team, sent.value().key)
    const request = teamRequest(kept.value())
    const named = requestKey(request, sent.value(), v7)
    // Before it goes out: after a reload the same request is still the same.
    sent.set(named)
    let team: MadeTeam
    try {
      team = await makeTeam(makers, request, named.key)
    } catch (error) {
      setCreating({ kind: "failed", failure: failureOf(error) })
      return
    }
    await startWork(team, named.key)
  }
  return {
    draft: kept.value,
    set: (next) => {
      kept.set(next)
      if (creating().kind === "failed") setCreating({ kind: "not-yet" })
    },
    faults,
    abilities,
    creating,
    create,
    discard: forget,
  }
}
