import { readModelSteps } from "#src/schema.ts"
import { taskRow } from "#src/task/write.ts"
import { migrate } from "@muster/platform"
import { startTestPostgres } from "@muster/platform/testing"
import { historyOf } from "@muster/projections/testing"
import { migrateReadModels, openReadModels } from "@muster/read-models"
import { teamFeed } from "@muster/contracts"
import type { Subject, TeamId } from "@muster/domain"
import postgres from "postgres"
import { expect, it } from "vitest"
import { makeLog, storeEvents } from "./log.ts"
import { feedOf, recorded, stepOf } from "./seed.ts"

/** Version of the tables when feeds held copies of the events. */
const COPIES_VERSION = 11

it("read models whose feeds hold copies of the events are read after the migration as before it", async () => {
  const history = historyOf(Array.from({ length: 120 }, (_, n) => n * 3))
  const step = stepOf(history)
  const created = history.find(({ event }) => event.type === "TeamCreated")?.event
  const teamId = created?.meta.team as TeamId
  const subject = {
    kind: "person",
    userId: teamId,
    orgId: created?.meta.org,
    role: "owner",
    name: "",
  } as unknown as Subject
  const server = await startTestPostgres()
  const owner = postgres(server.ownerUrl, { max: 1, onnotice: () => undefined })
  const admin = postgres(server.adminUrl, { max: 1, onnotice: () => undefined })
  const open = openReadModels({ url: server.appUrl })
  try {
    await makeLog(owner)
    await storeEvents(admin, recorded(history))
    const steps = readModelSteps("muster_app").slice(0, COPIES_VERSION)
    await migrate(owner, { schema: "rm", steps, appRole: "muster_app" })
    const feed = feedOf(history, teamId)
    for (const event of feed) {
      const { seq, position, type, stream } = event
      const task = stream.startsWith("task-") ? stream.slice(5) : null
      await admin`
          INSERT INTO rm.feed (feed_id, seq, position, type, task_id, event)
          VALUES (${teamFeed(teamId)}, ${seq}, ${position}, ${type}, ${task}, ${JSON.stringify(event)}::text::json)`
    }
    await admin`
        INSERT INTO rm.feed_head VALUES (${teamFeed(teamId)}, ${feed.length}, ${feed.at(-1)?.position ?? "0"})`
    for (const { doc, org_id } of step.teams)
      await admin`
          INSERT INTO rm.team VALUES (${doc.id}, ${org_id}, false, ${doc.position}, ${JSON.stringify(doc)}::text::jsonb)`
    for (const { doc, org_id } of step.tasks) {
      const row = taskRow(org_id, doc)
      await admin`
          INSERT INTO rm.task VALUES (${row.task_id}, ${row.team_id}, ${row.org_id}, ${row.number}, ${row.phase}, ${row.is_open},
            ${row.member_id ?? ""}, ${doc.revision}, ${doc.position}, ${row.title_key}, ${JSON.stringify(doc)}::text::jsonb)`
    }
    await migrateReadModels(owner)
    const { readModels } = open
    expect(await readModels.feed.range(subject, teamFeed(teamId), { after: 0, limit: 500 })).toEqual(feed)
    const task = step.tasks.find((row) => row.team_id === teamId)
    expect(await readModels.feed.range(subject, teamFeed(teamId), { limit: 500, task: task?.task_id ?? "" })).toEqual(
      feed.filter((event) => event.stream === `task-${task?.task_id}`),
    )
    const tasks = step.tasks.filter((row) => row.team_id === teamId).map((row) => row.doc)
    expect(await readModels.tasks.list(subject, teamId, { limit: 500 })).toEqual(
      tasks.toSorted((a, b) => b.number - a.number),
    )
  } finally {
    await open.close()
    await owner.end()
    await admin.end()
    await server.stop()
  }
})
