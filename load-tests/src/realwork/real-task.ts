import { createHash } from "node:crypto"
import type { DispatchRequest } from "@muster/contracts"
import type { CommandOptions } from "@muster/domain"
import { TASK_TIME_LIMIT_MILLIS } from "./limits.ts"

/** Says what is wrong with bytes, or undefined when nothing is. */
export type Check = (bytes: Buffer) => string | undefined | Promise<string | undefined>

/** What the script knows about a task before it is dispatched. */
export interface Expectation {
  readonly outcome: "succeeded" | "failed" | "cancelled"
  readonly reason?: string
  readonly exitCode?: number
  /** Text that the recorded failure must hold. */
  readonly message?: RegExp
  readonly output: Check
  readonly isTruncated: boolean
  /** Exactly these, by name. */
  readonly artifacts: ReadonlyMap<string, Check>
  /** How often it was started: each start leaves a mark of its own in the team's context folder. Absent: it leaves none. */
  readonly executions: number | undefined
}

export interface RealTask {
  /** Names the task in messages and its marks. */
  readonly key: string
  readonly request: Omit<DispatchRequest, "memberId" | "after">
  /** Index of the member that gets it. */
  readonly member: number
  /** Keys of tasks that must have succeeded first. */
  readonly after: readonly string[]
  /** Cancelled as soon as its output holds a first byte. */
  readonly isCancelled: boolean
  readonly expected: Expectation
}

export const sha256 = (bytes: Buffer | string): string => createHash("sha256").update(bytes).digest("hex")

const preview = (text: string) => (text.length > 400 ? `${text.slice(0, 400)}… (${text.length} characters)` : text)

/** Exactly this text. */
export const says =
  (text: string): Check =>
  (bytes) => {
    const found = bytes.toString("utf8")
    return found === text ? undefined : `says ${JSON.stringify(preview(found))}, not ${JSON.stringify(preview(text))}`
  }

/** Exactly these bytes, compared by length and SHA-256. */
export const isExactly =
  (wanted: Buffer): Check =>
  (bytes) =>
    bytes.byteLength === wanted.byteLength && sha256(bytes) === sha256(wanted)
      ? undefined
      : `has ${bytes.byteLength} bytes (${sha256(bytes)}), not ${wanted.byteLength} (${sha256(wanted)})`

/** Text that holds all of these. */
export const holds =
  (...parts: readonly RegExp[]): Check =>
  (bytes) => {
    const text = bytes.toString("utf8")
    const missing = parts.find((part) => !part.test(text))
    return missing === undefined ? undefined : `does not hold ${String(missing)}: ${JSON.stringify(preview(text))}`
  }

export const isEmpty: Check = says("")

/** Where tasks find the repository and leave their marks; /team/context is the one folder that members share. */
export const CONTEXT_DIR = "/team/context"
export const MARKS_DIR = `${CONTEXT_DIR}/marks`
export const BUNDLE_FILE = `${CONTEXT_DIR}/orchard.bundle`

/** First lines of every task: a mark that it was started, and (unless it is bare) its own clone of the repository. */
const preamble = (key: string, isMarked: boolean, isBare: boolean): readonly string[] => [
  "set -eu",
  ...(isMarked ? [`mktemp ${MARKS_DIR}/${key}.XXXXXX >/dev/null`] : []),
  ...(isBare ? [] : [`git clone --quiet ${BUNDLE_FILE} orchard`, "cd orchard"]),
]

export interface TaskOptions {
  readonly title: string
  /** Lines of a shell script. */
  readonly script: readonly string[]
  /** Without a clone of the repository. */
  readonly isBare?: boolean
  /** False for what runs before or after the marks are kept. */
  readonly isMarked?: boolean
  readonly member?: number
  readonly command?: CommandOptions
  readonly request?: Partial<DispatchRequest>
  readonly after?: readonly string[]
  readonly isCancelled?: boolean
  readonly expected?: Partial<Expectation>
}

/** A task that runs a shell script; unless told otherwise it succeeds, prints nothing and leaves no artifacts. */
export const shellTask = (key: string, options: TaskOptions): RealTask => {
  const {
    title,
    script,
    isBare = false,
    isMarked = true,
    member = 0,
    command,
    request,
    after = [],
    isCancelled = false,
  } = options
  const text = [...preamble(key, isMarked, isBare), ...script].join("\n")
  const outcome = options.expected?.outcome ?? "succeeded"
  return {
    key,
    member,
    after,
    isCancelled,
    request: {
      title,
      timeLimitMillis: TASK_TIME_LIMIT_MILLIS,
      ...request,
      runtimeOptions: { command: { argv: ["sh", "-c", text], ...command } },
    },
    expected: {
      outcome,
      ...(outcome === "succeeded" ? { exitCode: 0 } : {}),
      output: isEmpty,
      isTruncated: false,
      artifacts: new Map(),
      executions: isMarked ? 1 : undefined,
      ...options.expected,
    },
  }
}

/** A task that fails with an exit code after printing `prints`. */
export const failing = (exitCode: number, prints: Check = isEmpty): Partial<Expectation> => ({
  outcome: "failed",
  reason: "exit-code",
  exitCode,
  output: prints,
})
