import { join } from "node:path"
import { machineDigest, prepareTestMachine, sandboxVariables } from "./machine.ts"
import { add, collect, failed, NOTHING, removeReports, reportFile, type Outcome } from "./results.ts"
import { run } from "./run.ts"
import { workspacesOf } from "./workspaces.ts"

export interface TestOptions {
  /** The script of the packages: test, or test:long. */
  readonly task: "test" | "test:long"
  /** Packages that are tested at the same time. */
  readonly concurrency: number
  /** Also run what is unchanged since its last good run. */
  readonly force: boolean
}

/** Runs the tests of all packages, also after some failed, and adds up what their reports say. */
export const runTests = async (root: string, { task, concurrency, force }: TestOptions): Promise<Outcome> => {
  await prepareTestMachine()
  const workspaces = workspacesOf(root)
  removeReports(root, task, workspaces)
  const status = await run(
    join(root, "node_modules", ".bin", "turbo"),
    [
      "run",
      task,
      "--continue",
      `--concurrency=${concurrency}`,
      "--output-logs=errors-only",
      ...(force ? ["--force"] : []),
      "--",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${reportFile(task)}`,
    ],
    { env: { MUSTER_TEST_MACHINE: await machineDigest(), ...(await sandboxVariables()) } },
  )
  const outcome = collect(root, task, workspaces, status === 0)
  const isUnexplained = status !== 0 && outcome.failed === 0
  return add(outcome, isUnexplained ? failed(`turbo run ${task} (status ${status})`) : NOTHING)
}
