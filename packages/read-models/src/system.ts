import { all, type Reading } from "#src/database.ts"
import type { OpenSchedule, OpenTask, ReadModels, SystemMember } from "#src/port.ts"
import { docsOf } from "#src/rows.ts"
import type { MemberDoc, TeamDoc } from "@muster/contracts"
import type { OrgId } from "@muster/domain"

interface MemberRow {
  readonly org_id: OrgId
  readonly doc: MemberDoc
}

const withOrg = (rows: readonly MemberRow[]): readonly SystemMember[] =>
  rows.map(({ org_id, doc }) => ({ ...doc, orgId: org_id }))

export const systemQueries = (reading: Reading): ReadModels["system"] => ({
  openTasks: () =>
    reading(async (sql) => [
      ...(await all(sql<OpenTask[]>`
        SELECT task_id AS "taskId", team_id AS "teamId" FROM rm.task WHERE is_open ORDER BY team_id, number`)),
    ]),
  members: () =>
    reading(async (sql) =>
      withOrg(
        await all(
          sql<MemberRow[]>`SELECT org_id, doc FROM rm.member WHERE NOT is_removed ORDER BY created_at, member_id`,
        ),
      ),
    ),
  teams: () =>
    reading(async (sql) => docsOf(await all(sql<{ doc: TeamDoc }[]>`SELECT doc FROM rm.team ORDER BY team_id`))),
  schedules: () =>
    reading(async (sql) => [
      ...(await all(sql<OpenSchedule[]>`
        SELECT schedule_id AS "scheduleId", team_id AS "teamId" FROM rm.schedule
        WHERE NOT is_deleted ORDER BY team_id, schedule_id`)),
    ]),
  localMembers: () =>
    reading(async (sql) =>
      withOrg(
        await all(sql<MemberRow[]>`
          SELECT m.org_id, m.doc FROM rm.member m JOIN rm.team t USING (team_id)
          WHERE m.placement = 'local' AND NOT m.is_removed AND NOT t.is_archived
          ORDER BY m.created_at, m.member_id`),
      ),
    ),
})
