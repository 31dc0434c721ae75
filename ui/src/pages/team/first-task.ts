import type { DispatchRequest, MemberDoc, TeamView } from "@muster/contracts"
import { roster } from "#src/team/members/work.ts"
import { t } from "#src/i18n/index.ts"

const FIRST_TASK_MILLIS = 8_000

/** Who gets the first task: somebody online, the leader before others; undefined while nobody is there. */
export const firstTaskMember = (view: TeamView): MemberDoc | undefined =>
  roster(view).find((member) => member.presence === "online" && !member.isPaused)

/** A small piece of work that shows what a task looks like, whatever runtime the member has. */
export function firstTask(member: MemberDoc): DispatchRequest {
  const runtimeOptions: DispatchRequest["runtimeOptions"] =
    member.runtime === "simulated"
      ? { simulated: { durationMillis: FIRST_TASK_MILLIS } }
      : { command: { argv: ["/bin/sh", "-c", "echo Hello from $(id -un); sleep 1; date; echo Done."] } }
  return {
    title: t("tasks.first-title"),
    instructions: t("tasks.first-instructions"),
    memberId: member.id,
    ...(runtimeOptions === undefined ? {} : { runtimeOptions }),
  }
}
