import type { Abilities } from "@muster/contracts"
import { lacksModel, readinessOf } from "#src/pages/team/members/abilities.ts"
import type { Readiness } from "#src/pages/team/members/abilities.ts"
import type { WizardMember } from "#src/pages/teams/new/draft.ts"

/** Something that members wait for, with who they are. */
export type Need =
  | {
      readonly kind: "missing"
      readonly handles: ReadonlyArray<string>
      readonly reason: string
      readonly install: string | null
    }
  | { readonly kind: "blocked"; readonly handles: ReadonlyArray<string>; readonly reason: string }
  | { readonly kind: "no-model" | "later"; readonly handles: ReadonlyArray<string> }

export interface FoundNeeds {
  readonly needs: ReadonlyArray<Need>
  /** Members that could not begin to work now: simulated ones could stand in. */
  readonly waiting: ReadonlySet<string>
}

/** What the members of a team need and do not have, each thing once. */
export function needsOf(members: ReadonlyArray<WizardMember>, abilities: Abilities | undefined): FoundNeeds {
  const found = new Map<string, Need>()
  const waiting = new Set<string>()
  const add = (need: Readiness, handle: string) => {
    if (need.kind === "ready" || need.kind === "unknown") return
    const key = JSON.stringify(need)
    found.set(key, { ...need, handles: [...(found.get(key)?.handles ?? []), handle] })
  }
  for (const { row, draft } of members) {
    const readiness = readinessOf(draft, abilities)
    add(readiness, draft.handle)
    // Told at once: whoever has installed a program should not hear of the model only then.
    if (readiness.kind !== "no-model" && lacksModel(draft, abilities)) add({ kind: "no-model" }, draft.handle)
    if (!["ready", "unknown", "later"].includes(readiness.kind)) waiting.add(row)
  }
  return { needs: [...found.values()], waiting }
}
