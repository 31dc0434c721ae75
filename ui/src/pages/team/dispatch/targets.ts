import type { MemberDoc } from "@muster/contracts"
import { isInPool } from "@muster/domain"
import { listText } from "#src/i18n/format.ts"
import { t } from "#src/i18n/index.ts"
import type { SelectOption } from "#src/parts/select.tsx"
import { TO_POOL } from "#src/pages/team/dispatch/draft.ts"

const stateOf = (member: MemberDoc): string => {
  if (member.isPaused) return t("dispatch.state.paused")
  return member.presence === "online" ? t("dispatch.state.online") : t("dispatch.state.offline")
}

/** Stands in the list for the leader, who need not be named. */
export const BY_LEADER = "leader"

/** Whom a task can be given to: the leader, who need not be named, or any member. */
export function targetOptions(members: ReadonlyArray<MemberDoc>): ReadonlyArray<SelectOption> {
  const leader = members.find((member) => member.role === "leader")
  const byLeader =
    leader === undefined
      ? { value: BY_LEADER, label: t("dispatch.to-leader"), disabled: true }
      : { value: BY_LEADER, label: t("dispatch.to-leader-of", { handle: leader.handle, state: stateOf(leader) }) }
  return [
    byLeader,
    { value: TO_POOL, label: t("dispatch.to-pool") },
    ...members.map((member) => ({
      value: member.id,
      label: t("dispatch.to-member", { handle: member.handle, state: stateOf(member) }),
    })),
  ]
}

/** What one should know of a pool before sending. */
export function poolNote(skills: ReadonlyArray<string>, members: ReadonlyArray<MemberDoc>): string {
  if (skills.length === 0) {
    const known = [...new Set(members.flatMap((member) => member.skills))].toSorted()
    return known.length === 0 ? t("dispatch.skills-none") : t("dispatch.skills-known", { skills: listText(known) })
  }
  const able = members.filter((member) => isInPool(member.skills, { skills }))
  if (able.length === 0) return t("dispatch.pool-nobody")
  const handles = listText(able.map((member) => t("member.label", { handle: member.handle })))
  return t("dispatch.pool-able", { handles })
}

/** What one should know of the target before sending. */
export function targetNote(target: MemberDoc | undefined): string | undefined {
  if (target === undefined) return t("dispatch.no-leader")
  const { handle } = target
  if (target.isPaused) return t("dispatch.will-wait-paused", { handle })
  if (target.presence !== "online") return t("dispatch.will-wait-offline", { handle })
  return target.runtime === "simulated" ? t("dispatch.simulated", { handle }) : undefined
}
