import { type Action, type MemberId, permit, type ScheduleId, type TaskId, type TeamId } from "@muster/domain"
import type { Places } from "#src/commands/places.ts"
import type { PersonSubject } from "#src/http/calls.ts"
import { ProblemError } from "#src/http/problem.ts"

/** What the path of a request names. */
export interface Named {
  readonly team?: TeamId
  readonly member?: MemberId
  readonly task?: TaskId
  readonly schedule?: ScheduleId
}

const nothing = (what: string): ProblemError => new ProblemError("not-found", `There is no such ${what}.`)

/**
 * The one place where the doors of the edge (HTTP and live feed) ask the policy. A thing of another organisation or of another team
 * than the path says does not exist. Fails with ProblemError `not-found` or `forbidden`.
 */
export const makeAuthorize =
  (places: Places) =>
  async (subject: PersonSubject, action: Action, named: Named): Promise<void> => {
    const { team, member, task, schedule } = named
    if (team === undefined) {
      if (permit(subject, action, { orgId: subject.orgId }) !== "allowed") throw new ProblemError("forbidden")
      return
    }
    const [teamPlace, memberPlace, taskPlace, schedulePlace] = await Promise.all([
      places.team(team),
      member === undefined ? undefined : places.member(member),
      task === undefined ? undefined : places.task(task),
      schedule === undefined ? undefined : places.schedule(schedule),
    ])
    if (teamPlace === undefined) throw nothing("team")
    const verdict = permit(subject, action, { orgId: teamPlace.orgId, teamId: team })
    if (verdict === "invisible") throw nothing("team")
    if (verdict === "forbidden") throw new ProblemError("forbidden")
    if (member !== undefined && memberPlace?.teamId !== team) throw nothing("member in this team")
    if (task !== undefined && taskPlace?.teamId !== team) throw nothing("task in this team")
    if (schedule !== undefined && schedulePlace?.teamId !== team) throw nothing("schedule in this team")
  }
export type Authorize = ReturnType<typeof makeAuthorize>
