import { holds, isExactly, says, shellTask, type Check, type RealTask } from "../real-task.ts"

const TEXT = "Grüße, 概要 and a 🌳; a \"quote\", a 'quote', a $dollar, a `tick` and a \\ backslash.\n"
const LONG_TEXT = TEXT.repeat(600)

const GIVEN = { ORCHARD_COLOUR: "grün und blau", ORCHARD_EMPTY: "", ORCHARD_LINES: "one\ntwo" }

/** Nothing of the surroundings of Muster may show in a task's environment. */
const knowsNothing: Check = (bytes) => {
  const names = bytes.toString("utf8").trim().split("\n")
  const leaked = names.filter((name) =>
    /DATABASE|REDIS|SETUP|PASSWORD|TOKEN|SECRET|API_?KEY|BOOTSTRAP|DATA_DIR/i.test(name),
  )
  const missing = ["PATH", "HOME", "TMPDIR", "MUSTER_TASK_ID", "MUSTER_IDEMPOTENCY_KEY", ...Object.keys(GIVEN)].filter(
    (name) => !names.includes(name),
  )
  if (leaked.length > 0) return `tells of ${leaked.join(", ")}`
  return missing.length > 0 ? `lacks ${missing.join(", ")}` : undefined
}

/** What a task is given: input, environment, a directory of its own. */
export const environmentTasks = (): readonly RealTask[] => [
  shellTask("stdin", {
    title: "Read the instructions from the input",
    isBare: true,
    script: ["cat"],
    request: { instructions: LONG_TEXT },
    expected: { output: isExactly(Buffer.from(LONG_TEXT)) },
  }),
  shellTask("instructions-file", {
    title: "Read the instructions from the file",
    isBare: true,
    script: ["cat instructions.md"],
    request: { instructions: TEXT },
    expected: { output: says(TEXT) },
    member: 1,
  }),
  shellTask("inputs", {
    title: "Read named inputs",
    isBare: true,
    script: ['printf "%s\\n" "$MUSTER_INPUT_COLOUR"', "cat inputs.json"],
    request: { inputs: { colour: TEXT } },
    expected: {
      output: (bytes) => {
        const text = bytes.toString("utf8")
        const head = `${TEXT}\n`
        if (!text.startsWith(head)) return `the variable is wrong: ${JSON.stringify(text.slice(0, 200))}`
        const inputs = JSON.parse(text.slice(head.length)) as { readonly colour?: unknown }
        return inputs.colour === TEXT ? undefined : "inputs.json is wrong"
      },
    },
    member: 2,
  }),
  shellTask("given-environment", {
    title: "Read the environment that was given",
    isBare: true,
    script: ['printf "%s|%s|%s" "$ORCHARD_COLOUR" "$ORCHARD_EMPTY" "$ORCHARD_LINES"'],
    command: { env: GIVEN },
    expected: { output: says(Object.values(GIVEN).join("|")) },
  }),
  shellTask("environment-names", {
    title: "List the names of the environment",
    isBare: true,
    script: ["env -0 | cut -z -d= -f1 | tr '\\0' '\\n'"],
    command: { env: GIVEN },
    expected: { output: knowsNothing },
    member: 1,
  }),
  shellTask("own-directory", {
    title: "Write in a directory of one's own",
    isBare: true,
    script: [
      'for dir in . "$HOME" "$TMPDIR"; do echo mine > "$dir/mine.txt"; cat "$dir/mine.txt"; done',
      'ls -ld "$HOME" | cut -c1-10',
    ],
    expected: { output: says("mine\nmine\nmine\ndrwx------\n") },
    member: 2,
  }),
  shellTask("not-root", {
    title: "Be nobody of importance",
    isBare: true,
    script: [
      '[ "$(id -u)" -ne 0 ] && echo unprivileged',
      "touch /usr/bin/mine 2>/dev/null || echo refused",
      "id -G | wc -w | tr -d ' '",
    ],
    expected: { output: holds(/^unprivileged\nrefused\n\d+\n$/) },
  }),
]
