import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { alternate, ratioOf, spreadsOf } from "../alternate.ts"
import { conditionsOf } from "../conditions.ts"
import type { Bench, BenchContext, BenchResult } from "../frame.ts"
import { openHelper } from "../helper/open.ts"
import { startPostgres } from "../servers.ts"
import { rounded } from "../statistics.ts"
import { EVENTS, MEMBERS_PER_TEAM, TEAMS } from "./limits.ts"
import type { ProjectorInput } from "./projector-process.ts"

const run = async (context: BenchContext): Promise<BenchResult> => {
  const postgres = await startPostgres(context)
  const dataDir = mkdtempSync(join(tmpdir(), "muster-bench-"))
  context.defer(() => rmSync(dataDir, { recursive: true, force: true }))
  const { ownerUrl, appUrl } = postgres
  const input: ProjectorInput = { ownerUrl, appUrl, dataDir, events: context.option("events") }
  context.tell(`filling a log with ${input.events} events …`)
  const path = join(import.meta.dirname, "projector-process.ts")
  const helper = await openHelper(context, { path, name: "projector", input })
  const measured = await alternate(context, {
    ours: () => helper.ask<number>("rebuild"),
    catchup: () => helper.ask<number>("catchUp"),
  })
  return {
    ours: rounded(measured.ours.median),
    peers: { catchup: rounded(measured.catchup.median) },
    ratios: { catchup: ratioOf(measured.ours, measured.catchup) },
    spread: spreadsOf(measured),
    conditions: conditionsOf({
      postgres,
      packages: ["postgres"],
      workload: { events: await helper.ask<number>("stored"), teams: TEAMS, membersOfEach: MEMBERS_PER_TEAM },
    }),
  }
}

export const bench: Bench = {
  name: "project",
  unit: "events per second",
  method: `A log of histories as working teams leave them behind (dispatched, assigned, started, progress, ended, chat; many tasks at a time). Ours: a rebuild of all read
models and feeds from nothing, as the shipped projector does it on request, with the files of the teams. Beside it, in the same process: reading the whole log through the port,
decoded, and doing nothing with it.`,
  targets: [{ figure: "ratios.catchup", atLeast: 0.5 }],
  options: { events: EVENTS },
  run,
}
