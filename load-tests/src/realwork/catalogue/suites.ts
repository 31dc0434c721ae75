import { AREAS, BROKEN_AREA, suiteOf } from "../repository/content.ts"
import { failing, holds, says, shellTask, type RealTask } from "../real-task.ts"

const runNode = (paths: readonly string[]) => `node --test --test-reporter=tap ${paths.join(" ")}`

/** The counts at the end of a TAP report. */
const counted = (passed: number, failed: number) =>
  holds(new RegExp(`^# pass ${passed}$`, "m"), new RegExp(`^# fail ${failed}$`, "m"))

const SUITES_EACH = 4

/** Running the repository's own tests. Node is used when tasks can see one; the shell checks are run in any case. */
export const suiteTasks = (hasNode: boolean): readonly RealTask[] => {
  const all = AREAS.map((_, area) => suiteOf(area))
  const tests = all.reduce((sum, suite) => sum + suite.tests, 0)
  const broken = suiteOf(BROKEN_AREA)
  const shell = [
    shellTask("shell-checks", {
      title: "Run the checks of the repository",
      script: ["sh scripts/check.sh"],
      expected: { output: says("0 problems\n") },
      member: 1,
    }),
    shellTask("shell-checks-fail", {
      title: "Run the checks after a table lost its heading",
      script: ["sed -i 1d data/table-3.csv", "sh scripts/check.sh"],
      expected: failing(1, says("no heading: data/table-3.csv\n1 problems\n")),
      member: 2,
    }),
  ]
  if (!hasNode) return shell
  const areas = Array.from({ length: SUITES_EACH }, (_, index) => {
    const area = index * 5
    const suite = suiteOf(area)
    return shellTask(`suite-${AREAS[area] ?? ""}`, {
      title: `Run the tests of ${AREAS[area] ?? ""}`,
      script: [runNode(suite.paths)],
      expected: { output: counted(suite.tests, 0) },
      member: index % 3,
    })
  })
  return [
    ...shell,
    ...areas,
    shellTask("suite-everything", {
      title: "Run all tests",
      script: [runNode(all.flatMap(({ paths }) => paths))],
      expected: { output: counted(tests, 0) },
      member: 1,
    }),
    shellTask("suite-broken", {
      title: "Run the tests of a branch that breaks them",
      script: ["git checkout --quiet broken", runNode(broken.paths)],
      expected: failing(1, counted(broken.tests - broken.spoiled, broken.spoiled)),
      member: 2,
    }),
  ]
}
