import type { SimulatedStep } from "@muster/domain"
import { SIMULATED_DURATION_MILLIS } from "#src/limits.ts"
import type { RuntimeTask } from "#src/runtimes/contract.ts"

export const SIMULATED_LABEL = "[simulated]"

/** What a worker might say on the way, made from the title alone, so that the same task always tells the same story. */
const notes = (title: string): readonly string[] => [
  `Reading the request: ${title}`,
  "Collecting what is known",
  `Working on: ${title}`,
  "Checking the result",
  "Writing it up",
]

const resultOf = (task: RuntimeTask): string =>
  [
    `# ${task.title}`,
    "",
    "> This result is simulated: the member uses the `simulated` runtime, which carries nothing out.",
    "",
    ...(task.instructions.trim() === "" ? [] : ["## Asked for", "", task.instructions.trim(), ""]),
    ...(Object.keys(task.inputs).length === 0
      ? []
      : ["## Inputs", "", ...Object.entries(task.inputs).map(([name, value]) => `- ${name}: ${value}`), ""]),
    "## Outcome",
    "",
    `Every step of “${task.title}” was played through without a failure.`,
    "",
  ].join("\n")

/** The script of a task that brings none: progress with notes, some output, and a `result.md`. */
export const builtInScript = (
  task: RuntimeTask,
  durationMillis = SIMULATED_DURATION_MILLIS,
): readonly SimulatedStep[] => {
  const story = notes(task.title)
  const stepMillis = Math.floor(durationMillis / (story.length + 1))
  return [
    ...story.flatMap((note, index): readonly SimulatedStep[] => [
      {
        kind: "progress",
        percent: Math.round((100 * index) / story.length),
        note: note.slice(0, 1_000),
        afterMillis: index === 0 ? 0 : stepMillis,
      },
      { kind: "output", text: `${SIMULATED_LABEL} ${note}\n`, afterMillis: 0 },
    ]),
    { kind: "progress", percent: 100, note: "Done", afterMillis: durationMillis - stepMillis * (story.length - 1) },
    { kind: "artifact", name: "result.md", text: resultOf(task) },
  ]
}
