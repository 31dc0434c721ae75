import type { MemberDoc } from "@muster/contracts"
import { t } from "#src/i18n/index.ts"
import type { SelectOption } from "#src/parts/select.tsx"

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
    ...members.map((member) => ({
      value: member.id,
      label: t("dispatch.to-member", { handle: member.handle, state: stateOf(member) }),
    })),
  ]
}

/** What one should know of the target before sending. */
export function targetNote(target: MemberDoc | undefined): string | undefined {
  if (target === undefined) return t("dispatch.no-leader")
  const { handle } = target
  if (target.isPaused) return t("dispatch.will-wait-paused", { handle })
  if (target.presence !== "online") return t("dispatch.will-wait-offline", { handle })
  return target.runtime === "simulated" ? t("dispatch.simulated", { handle }) : undefined
}
