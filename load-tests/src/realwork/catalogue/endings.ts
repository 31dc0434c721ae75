import { HANG_TIME_LIMIT_MILLIS } from "../limits.ts"
import { failing, holds, MARKS_DIR, says, shellTask, type RealTask } from "../real-task.ts"

const EXIT_CODES = [1, 2, 3, 42, 100, 255]
const SIGNALS = ["TERM", "KILL", "SEGV"]

const exitCodes = EXIT_CODES.map((code, index) =>
  shellTask(`exit-${code}`, {
    title: `End with exit code ${code}`,
    isBare: true,
    script: [`echo leaving with ${code}`, `exit ${code}`],
    expected: failing(code, says(`leaving with ${code}\n`)),
    member: index % 3,
  }),
)

/** The shell that runs the task dies of a signal: reported in words. */
const signals = SIGNALS.map((name, index) =>
  shellTask(`signal-${name}`, {
    title: `Die of SIG${name}`,
    isBare: true,
    script: ["echo about to die", `kill -${name} $$`, "sleep 60"],
    expected: {
      outcome: "failed",
      reason: "exit-code",
      message: new RegExp(`SIG${name}`),
      output: says("about to die\n"),
    },
    member: index % 3,
  }),
)

const outlivesLimit = {
  outcome: "failed",
  reason: "time-limit",
} as const
const limited = { timeLimitMillis: HANG_TIME_LIMIT_MILLIS }

/** Work that does not end by itself, in the ways that work has of not ending. */
const hanging = [
  shellTask("hang", {
    title: "Hang past the limit",
    isBare: true,
    script: ["echo hanging", "sleep 3600"],
    request: limited,
    expected: { ...outlivesLimit, output: says("hanging\n") },
  }),
  shellTask("hang-stubborn", {
    title: "Hang and refuse to be asked",
    isBare: true,
    script: ["trap '' TERM INT HUP", "echo stubborn", "while :; do sleep 1 || :; done"],
    request: limited,
    expected: { ...outlivesLimit, output: says("stubborn\n") },
    member: 1,
  }),
  shellTask("hang-children", {
    title: "Hang with children that hold the output",
    isBare: true,
    script: ["sleep 3600 & sleep 3600 &", "echo waiting for children", "wait"],
    request: limited,
    expected: { ...outlivesLimit, output: says("waiting for children\n") },
    member: 2,
  }),
  shellTask("leaves-child", {
    title: "End while a child still sleeps",
    isBare: true,
    script: ["sleep 3600 &", "echo done"],
    expected: { output: says("done\n") },
    member: 2,
  }),
  shellTask("cancelled", {
    title: "Be cancelled in the middle",
    isBare: true,
    isCancelled: true,
    script: ["echo started", "sleep 3600"],
    expected: { outcome: "cancelled", output: says("started\n") },
    member: 1,
  }),
]

/** Programs that can not be started. */
const unstartable = [
  shellTask("not-found", {
    title: "Call a program that is not there",
    isBare: true,
    script: ["no-such-program-anywhere"],
    expected: failing(127, holds(/no-such-program-anywhere.*not found/)),
  }),
  shellTask("not-executable", {
    title: "Call a file that is no program",
    isBare: true,
    script: ["echo text > file", "./file"],
    expected: failing(126, holds(/[Pp]ermission denied/)),
    member: 1,
  }),
]

const RETRIES = { maxAttempts: 3, backoffMillis: 100 }

/** The retry policy: attempts are counted, each leaves its mark. */
const retried = [
  shellTask("second-try", {
    title: "Fail once, then succeed",
    isBare: true,
    script: [`[ "$(ls ${MARKS_DIR}/second-try.* | wc -l)" -ge 2 ] || exit 9`, "echo second time lucky"],
    request: { retry: RETRIES },
    expected: { output: says("second time lucky\n"), executions: 2 },
  }),
  shellTask("every-try", {
    title: "Fail every time",
    isBare: true,
    script: ["exit 7"],
    request: { retry: RETRIES },
    expected: { ...failing(7), executions: RETRIES.maxAttempts },
    member: 1,
  }),
]

/** How tasks end other than well. */
export const endingTasks = (): readonly RealTask[] => [...exitCodes, ...signals, ...hanging, ...unstartable, ...retried]
