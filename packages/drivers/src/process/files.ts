import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
  copyFileSync,
} from "node:fs"
import { join } from "node:path"
import { AgentLastExit } from "@muster/contracts"
import { MemberId } from "@muster/domain"
import { processStart } from "@muster/platform/local"
import { Option, Schema } from "effect"
import { hasCode, InstanceFailed } from "#src/errors.ts"
import { LOG_MAX_BYTES } from "#src/limits.ts"

/** Files of one instance. The directory is closed to every other account. */
export interface InstanceFiles {
  readonly dir: string
  /** The agent's own. */
  readonly state: string
  readonly credentials: string
  readonly lastExit: string
  readonly bootstrap: string
  readonly process: string
  readonly log: string
}

const isInstanceId = Schema.is(MemberId)

/** Fails with InstanceFailed when the id could name anything but an instance. */
export const filesOf = (root: string, id: string): InstanceFiles => {
  if (!isInstanceId(id)) throw new InstanceFailed({ id, message: "an instance is named by the UUID of its member" })
  const dir = join(root, id)
  const state = join(dir, "state")
  return {
    dir,
    state,
    credentials: join(state, "credentials.json"),
    lastExit: join(state, "last-exit.json"),
    bootstrap: join(dir, "bootstrap.json"),
    process: join(dir, "process.json"),
    log: join(dir, "agent.log"),
  }
}

const PRIVATE_DIR_MODE = 0o700
const PRIVATE_FILE_MODE = 0o600

export const makeInstanceDir = (files: InstanceFiles): void => {
  mkdirSync(files.dir, { recursive: true, mode: PRIVATE_DIR_MODE })
}

export const idsIn = (root: string): readonly string[] => {
  mkdirSync(root, { recursive: true, mode: PRIVATE_DIR_MODE })
  return readdirSync(root).filter(isInstanceId)
}

/** Whole or not at all. */
export const writePrivately = (path: string, text: string): void => {
  const temporary = `${path}.tmp`
  writeFileSync(temporary, text, { mode: PRIVATE_FILE_MODE })
  renameSync(temporary, path)
}

const readIfThere = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8")
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined
    throw error
  }
}

/** A process by pid and start: a recycled pid is another one. */
export const ProcessMark = Schema.Struct({ pid: Schema.Int, started: Schema.String })
export type ProcessMark = typeof ProcessMark.Type
const decodeMark = Schema.decodeUnknownOption(Schema.fromJsonString(ProcessMark))
const decodeLastExit = Schema.decodeUnknownOption(Schema.fromJsonString(AgentLastExit))

const decoded = <A>(decode: (text: unknown) => Option.Option<A>, path: string): A | undefined => {
  const text = readIfThere(path)
  return text === undefined ? undefined : Option.getOrUndefined(decode(text))
}

const isAlive = (mark: ProcessMark): boolean => processStart(mark.pid) === mark.started

/** The process we started last, alive or not. */
export const startedProcess = (files: InstanceFiles): ProcessMark | undefined => decoded(decodeMark, files.process)

/** What the agent said when it ended by itself. */
export const lastExitOf = (files: InstanceFiles): AgentLastExit | undefined => decoded(decodeLastExit, files.lastExit)

/**
 * The living agent: the one we started, or (when we crashed between starting it and writing that down) the one that holds the
 * lock of the state directory.
 */
export const livingProcess = (files: InstanceFiles): ProcessMark | undefined => {
  const started = startedProcess(files)
  if (started && isAlive(started)) return started
  let names: readonly string[]
  try {
    names = readdirSync(files.state).filter((name) => /^lock\.\d+$/.test(name))
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined
    throw error
  }
  return names
    .map((name) => decoded(decodeMark, join(files.state, name)))
    .find((mark) => mark !== undefined && isAlive(mark))
}

/** Sets a log aside when it is too large. A running agent appends, so it goes on at the new beginning of the same file. */
export const rotateLog = (files: InstanceFiles, maxBytes = LOG_MAX_BYTES): void => {
  const size = statSync(files.log, { throwIfNoEntry: false })?.size ?? 0
  if (size <= maxBytes) return
  copyFileSync(files.log, `${files.log}.1`)
  truncateSync(files.log)
}
