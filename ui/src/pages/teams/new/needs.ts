import type { Abilities } from "@muster/contracts"
import { readinessOf } from "#src/pages/team/members/abilities.ts"
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
  for (const { row, draft } of members) {
    const readiness = readinessOf(draft, abilities)
    if (readiness.kind === "ready" || readiness.kind === "unknown") continue
    if (readiness.kind !== "later") waiting.add(row)
    const key = JSON.stringify(readiness)
    const before = found.get(key)
    found.set(key, { ...readiness, handles: [...(before?.handles ?? []), draft.handle] })
  }
  return { needs: [...found.values()], waiting }
}
