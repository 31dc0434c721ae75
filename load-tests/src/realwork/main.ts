import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { makeTeam, signIn, startMuster, waitOnline, type Api } from "@muster/standalone/testing"
import { withUsage } from "../arguments.ts"
import { catalogue } from "./catalogue/index.ts"
import { auditTask, deliveryTasks, probeTasks } from "./deliver.ts"
import { parseOptions, USAGE, type Options } from "./options.ts"
import { sha256 } from "./real-task.ts"
import { makeRepository } from "./repository/make.ts"
import { beginWork, blockedReasons, carryOut, MEMBERS, observe, tryOut, type Work } from "./run.ts"
import { judge, type Observed } from "./verdict.ts"
import { checkVolume } from "./volume.ts"

const EXIT_WRONG = 1
const EXIT_BLOCKED = 3

interface Place {
  readonly api: Api
  /** Where the files of all teams lie, if this machine can read them. */
  readonly teamsDir: string | undefined
  readonly leave: () => Promise<void>
}

interface Summary {
  readonly tasks: number
  readonly succeeded: number
  readonly failed: number
  readonly timedOut: number
  readonly lost: number
  readonly doubled: number
  readonly wrong: number
  readonly seconds: number
}

const tell = (line: string): void => void process.stderr.write(`${line}\n`)

const goTo = async ({ remote }: Options): Promise<Place> => {
  if (remote !== undefined) {
    const api = await signIn(remote.url, remote.code)
    return { api, teamsDir: remote.teamsDir, leave: async () => undefined }
  }
  tell("starting a Muster of its own …")
  const muster = await startMuster()
  try {
    const api = await signIn(muster.url, muster.setupCode, "Real Work")
    return { api, teamsDir: join(muster.dataDir, "teams"), leave: muster.stop }
  } catch (error) {
    await muster.stop()
    throw error
  }
}

const marksOf = async (work: Work): Promise<readonly string[]> => {
  await carryOut(work, [auditTask])
  const audit = (await observe({ ...work, tasks: new Map([[work.idOf.get("audit") ?? "", auditTask]]) }, [])).values()
  return [...audit].flatMap(({ output }) => output.toString("utf8").split("\n")).filter((line) => line !== "")
}

const endedAs = (all: readonly Observed[], ...outcomes: readonly string[]): readonly Observed[] =>
  all.filter(({ record }) => outcomes.includes(record?.runs.at(-1)?.at(-1)?.outcome ?? ""))

const isTimeLimit = ({ record }: Observed): boolean => record?.runs.at(-1)?.at(-1)?.data["reason"] === "time-limit"

/** Compares everything with everything; tells each difference. */
const summarise = async (work: Work, teamsDir: string | undefined, seconds: number): Promise<Summary> => {
  const observed = await observe(work, await marksOf(work))
  let [lost, doubled, wrong] = [0, 0, 0]
  for (const [taskId, one] of observed) {
    const verdict = await judge(one)
    const problems = [
      ...(verdict.isLost ? ["has no outcome"] : []),
      ...(verdict.isDoubled ? [`has more than one outcome or was carried out ${one.executions} times`] : []),
      ...verdict.wrong,
    ]
    for (const problem of problems) tell(`${one.task.key} (${taskId}): ${problem}`)
    if (verdict.isLost) lost += 1
    if (verdict.isDoubled) doubled += 1
    if (verdict.wrong.length > 0) wrong += 1
  }
  for (const { stream, type } of work.follower.events())
    if (type === "TaskDispatched" && !work.tasks.has(stream.slice("task-".length))) {
      tell(`${stream} was never acknowledged as a task of its own`)
      doubled += 1
    }
  const all = [...observed.values()]
  if (teamsDir !== undefined) {
    const shown = [...observed].map(([taskId, { phase, artifacts }]) => ({
      taskId,
      phase,
      artifacts: new Map([...artifacts].map(([name, bytes]) => [name, sha256(bytes)])),
    }))
    const lacks = await checkVolume(join(teamsDir, work.teamId), shown)
    for (const lack of lacks) tell(`the team's files: ${lack}`)
    wrong += lacks.length
  }
  const notSucceeded = endedAs(all, "failed", "cancelled", "expired", "dead-lettered")
  return {
    tasks: observed.size,
    succeeded: endedAs(all, "succeeded").length,
    failed: notSucceeded.filter((one) => !isTimeLimit(one)).length,
    timedOut: notSucceeded.filter(isTimeLimit).length,
    lost,
    doubled,
    wrong,
    seconds,
  }
}

const work = async ({ api, teamsDir }: Place, repositoryDir: string): Promise<Summary | undefined> => {
  tell("making a git repository …")
  const repository = await makeRepository(repositoryDir)
  tell(`${repository.files.size} files, ${repository.commits.length} commits`)
  const { teamId, memberIds } = await makeTeam(api, "Real work", MEMBERS)
  await waitOnline(api, teamId)
  const team = beginWork(api, teamId, memberIds)
  tell("three members are online; handing them the repository …")
  const beganAt = performance.now()
  if (!(await tryOut(team, probeTasks))) {
    tell("No task is started: this machine can not confine programs, and Muster runs none without. Install bubblewrap.")
    for (const reason of await blockedReasons(team)) tell(reason)
    return undefined
  }
  const [probe] = (await observe(team, [])).values()
  const seen = probe?.output.toString("utf8") ?? ""
  if (!/^may write the context$/m.test(seen)) {
    tell("Tasks see no /team here: they are confined by their account alone. Install bubblewrap.")
    return undefined
  }
  await carryOut(team, deliveryTasks(repository))
  const hasNode = /^has node$/m.test(seen)
  if (!hasNode) tell("tasks see no node here: the repository's JavaScript tests are left out")
  const tasks = catalogue(repository, { hasNode })
  tell(`dispatching ${tasks.length} tasks …`)
  if (!(await carryOut(team, tasks))) tell("not all of them came to an end in time")
  const seconds = Math.round((performance.now() - beganAt) / 100) / 10
  tell("all have an outcome; comparing …")
  return summarise(team, teamsDir, seconds)
}

const main = async (): Promise<number> => {
  const options = parseOptions(process.argv.slice(2))
  const repositoryDir = mkdtempSync(join(tmpdir(), "muster-realwork-"))
  try {
    const place = await goTo(options)
    try {
      const summary = await work(place, repositoryDir)
      if (summary === undefined) return EXIT_BLOCKED
      if (!options.json)
        process.stdout.write(
          `${summary.tasks} tasks in ${summary.seconds} s: ${summary.lost} lost, ${summary.doubled} doubled, ${summary.wrong} wrong\n`,
        )
      process.stdout.write(`${JSON.stringify(summary)}\n`)
      return summary.lost + summary.doubled + summary.wrong > 0 ? EXIT_WRONG : 0
    } finally {
      await place.leave()
    }
  } finally {
    rmSync(repositoryDir, { recursive: true, force: true })
  }
}

process.exitCode = await withUsage(USAGE, main)
