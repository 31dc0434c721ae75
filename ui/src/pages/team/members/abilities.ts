import type { Abilities } from "@muster/contracts"
import type { AcpAgent, Runtime } from "@muster/domain"
import { createSignal, onCleanup } from "solid-js"
import type { Accessor } from "solid-js"
import { failureOf } from "#src/api/failure.ts"
import type { Failure } from "#src/api/failure.ts"
import { reads } from "#src/api/reads.ts"
import type { MemberDraft } from "#src/pages/team/members/member-draft.ts"

/** Agents that `npm run runtimes` brings; the others come from elsewhere. */
const INSTALLABLE: ReadonlyArray<AcpAgent> = ["opencode", "claude-code", "codex", "gemini"]

/** Whether a member could begin to work, as far as anybody knows before it is there. */
export type Readiness =
  /** Nobody has been asked yet, or nobody answered. */
  | { readonly kind: "unknown" }
  /** It runs elsewhere, or is a program of one's own: its agent tells once it has connected. */
  | { readonly kind: "later" }
  | { readonly kind: "ready"; readonly version: string | null }
  /** `install`: what to type on the machine of Muster; null where Muster does not bring it. */
  | { readonly kind: "missing"; readonly reason: string; readonly install: string | null }
  | { readonly kind: "blocked"; readonly reason: string }
  /** All is there but a model. */
  | { readonly kind: "no-model" }

/** What to type to bring the program of a runtime; null where there is nothing to bring, or not from here. */
export function installCommand(runtime: Runtime, agent: AcpAgent): string | null {
  const name = runtime === "openclaw" ? runtime : runtime === "acp" && INSTALLABLE.includes(agent) ? agent : undefined
  return name === undefined ? null : `npm run runtimes -- install ${name}`
}

/** Reads out of what was found whether this member could work. */
export function readinessOf(
  { runtime, agent, placement }: Pick<MemberDraft, "runtime" | "agent" | "placement">,
  abilities: Abilities | undefined,
): Readiness {
  if (runtime === "simulated") return { kind: "ready", version: null }
  if (placement === "manual") return { kind: "later" }
  if (abilities === undefined) return { kind: "unknown" }
  if (abilities.items === null || (runtime === "acp" && agent === "custom")) return { kind: "later" }
  const found = abilities.items.find((each) => each.runtime === runtime && (runtime !== "acp" || each.agent === agent))
  if (found === undefined) return { kind: "unknown" }
  const reason = found.reason ?? ""
  if (found.state === "missing") return { kind: "missing", reason, install: installCommand(runtime, agent) }
  if (found.state === "blocked") return { kind: "blocked", reason }
  if (found.needsModel && !abilities.hasModel) return { kind: "no-model" }
  return { kind: "ready", version: found.version }
}

/** Whether it thinks with the organisation's model while there is none, whatever else is missing. */
export function lacksModel(
  { runtime, agent }: Pick<MemberDraft, "runtime" | "agent">,
  abilities: Abilities | undefined,
): boolean {
  if (abilities === undefined || abilities.hasModel) return false
  const found = abilities.items?.find((each) => each.runtime === runtime && (runtime !== "acp" || each.agent === agent))
  return found?.needsModel === true
}

export interface KnownAbilities {
  /** Undefined while nobody has answered. */
  readonly found: Accessor<Abilities | undefined>
  readonly isAsking: Accessor<boolean>
  readonly failure: Accessor<Failure | undefined>
  /** Programs are installed and models are set while a form is open. */
  readonly ask: () => Promise<void>
}

/** Asks what new members could work with: now, and whenever the page is looked at again. */
export function createAbilities(): KnownAbilities {
  const [found, setFound] = createSignal<Abilities>()
  const [isAsking, setAsking] = createSignal(false)
  const [failure, setFailure] = createSignal<Failure>()
  let isGone = false
  const ask = async () => {
    if (isAsking()) return
    setAsking(true)
    try {
      const answer = await reads.listRuntimes({})
      if (isGone) return
      setFound(answer)
      setFailure(undefined)
    } catch (error) {
      if (!isGone) setFailure(failureOf(error))
    } finally {
      if (!isGone) setAsking(false)
    }
  }
  const look = () => {
    if (document.visibilityState === "visible") void ask()
  }
  document.addEventListener("visibilitychange", look)
  onCleanup(() => {
    isGone = true
    document.removeEventListener("visibilitychange", look)
  })
  void ask()
  return { found, isAsking, failure, ask }
}
