import { createMemo } from "solid-js"
import type { Accessor } from "solid-js"
import { areSame } from "#src/lib/same.ts"
import { midnightBefore, todayOf } from "#src/team/members/today.ts"
import type { Today } from "#src/team/members/today.ts"
import { roster, workOfMembers } from "#src/team/members/work.ts"
import type { MemberWork } from "#src/team/members/work.ts"
import { useTeamSource } from "#src/team/source.ts"

export interface RosterModel {
  readonly ids: Accessor<ReadonlyArray<string>>
  readonly workOf: (id: string) => MemberWork
  readonly todayOf: (id: string) => Today | undefined
}

const NO_WORK: MemberWork = { word: "idle", held: [], queued: 0 }

/** Who is in the team, what they do and what they have done today: once for all rows. */
export function useRosterModel(): RosterModel {
  const source = useTeamSource()
  const ids = createMemo(() => roster(source.raw()).map((member) => member.id as string), [], { equals: areSame })
  const work = createMemo(() => workOfMembers(source.raw()))
  const midnight = createMemo(() => midnightBefore(source.now()))
  const today = createMemo(() => todayOf(Object.values(source.raw().tasks), midnight()))
  return {
    ids,
    workOf: (id) => work().get(id) ?? NO_WORK,
    todayOf: (id) => today().get(id),
  }
}
