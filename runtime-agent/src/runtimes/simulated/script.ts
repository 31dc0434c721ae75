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

/** A shorter story has nobody who watches it: it goes without the steps that an agent with a model would show. */
const WATCHED_FROM_MILLIS = 1_000

/** What an agent with a model might show at this part of the story; a tool takes half of the time to the next part. */
const shown = (task: RuntimeTask, index: number, durationMillis: number): readonly SimulatedStep[] => {
  switch (index) {
    case 0:
      return [
        { kind: "thought", text: `What is asked for: ${task.title}. First I look what is there.`, afterMillis: 0 },
      ]
    case 1:
      return [
        {
          kind: "tool",
          title: "Look through the notes",
          input: JSON.stringify({ query: task.title.slice(0, 200) }, null, 2),
          result: "Nothing was looked through: this is a rehearsal.",
          durationMillis,
        },
      ]
    case 3:
      return [
        {
          kind: "tool",
          title: "Check the result",
          input: "result.md",
          result: "Nothing to object to.",
          durationMillis,
        },
      ]
    case 4:
      return [
        { kind: "message", text: "The result is in **result.md**. It is a rehearsal, and says so.", afterMillis: 0 },
      ]
    default:
      return []
  }
}

/** The script of a task that brings none: progress with notes, some output, what it does, and a `result.md`. */
export const builtInScript = (
  task: RuntimeTask,
  durationMillis = SIMULATED_DURATION_MILLIS,
): readonly SimulatedStep[] => {
  const story = notes(task.title)
  const partMillis = Math.floor(durationMillis / (story.length + 1))
  const isWatched = durationMillis >= WATCHED_FROM_MILLIS
  const script: SimulatedStep[] = []
  /** Of the time to the next part, what a tool has taken already. */
  let spentMillis = 0
  for (const [index, note] of story.entries()) {
    script.push(
      {
        kind: "progress",
        percent: Math.round((100 * index) / story.length),
        note: note.slice(0, 1_000),
        afterMillis: index === 0 ? 0 : partMillis - spentMillis,
      },
      { kind: "output", text: `${SIMULATED_LABEL} ${note}\n`, afterMillis: 0 },
    )
    const steps = isWatched ? shown(task, index, Math.floor(partMillis / 2)) : []
    spentMillis = steps.reduce((sum, step) => sum + (step.kind === "tool" ? step.durationMillis : 0), 0)
    script.push(...steps)
  }
  const leftMillis = durationMillis - partMillis * (story.length - 1) - spentMillis
  return [
    ...script,
    { kind: "progress", percent: 100, note: "Done", afterMillis: leftMillis },
    { kind: "artifact", name: "result.md", text: resultOf(task) },
  ]
}
