import { untrack } from "solid-js"
import { usePaletteEntities } from "#src/commands/context.ts"
import type { PaletteEntity } from "#src/commands/registry.ts"
import { t } from "#src/i18n/index.ts"
import type { LiveTeam } from "#src/team/live-team.ts"
import { taskLabel } from "#src/team/names.ts"

export interface TeamEntityActions {
  readonly openTask: (taskId: string) => void
  readonly openMember: (memberId: string) => void
}

/**
 * Lets the palette find the tasks of the open team by number or title, the newest first, and its members by handle,
 * name or skill. Read once per opening: what happens meanwhile does not move the list.
 */
export function useTeamEntities(team: LiveTeam, actions: TeamEntityActions): void {
  usePaletteEntities(() =>
    untrack(() => {
      const { tasks, members } = team.raw()
      const found = Object.values(tasks)
        .toSorted((a, b) => b.number - a.number)
        .map((task): PaletteEntity => ({
          id: `task:${task.id}`,
          title: `${taskLabel(task.number)} ${task.title}`,
          kind: "task",
          run: () => actions.openTask(task.id),
        }))
      const people = Object.values(members)
        .filter((member) => !member.isRemoved)
        .map((member): PaletteEntity => ({
          id: `member:${member.id}`,
          title: t("member.label", { handle: member.handle }),
          kind: "member",
          search: [member.name, ...member.skills].join(" "),
          run: () => actions.openMember(member.id),
        }))
      return [...people, ...found]
    }),
  )
}
