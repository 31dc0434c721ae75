import { constants, createReadStream } from "node:fs"
import { chown, type FileHandle, mkdir, open, writeFile } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import type { RuntimeTask, TaskFile } from "#src/runtimes/contract.ts"
import type { Account } from "#src/runtimes/shared/account.ts"
import { below } from "#src/runtimes/shared/collect.ts"
import { type Confinement, TASK_PATH, type TaskDirs } from "#src/runtimes/shared/confinement.ts"

export const INSTRUCTIONS_FILE = "instructions.md"
export const INPUTS_FILE = "inputs.json"

const PRIVATE_DIR_MODE = 0o700
const PRIVATE_FILE_MODE = 0o600

/** Makes the task's own directories (0700, its account's) below `root`. */
export const makeTaskDirs = async (root: string, account: Account | undefined): Promise<TaskDirs> => {
  const dirs: TaskDirs = { work: join(root, "work"), home: join(root, "home"), tmp: join(root, "tmp") }
  const make = async (dir: string): Promise<void> => {
    await mkdir(dir, { recursive: true, mode: PRIVATE_DIR_MODE })
    if (account) await chown(dir, account.uid, account.gid)
  }
  await make(root)
  await Promise.all(Object.values(dirs).map(make))
  return dirs
}

/** Names directly below the working directory that are ours and not the task's. */
export const ownNames = ({ files = [] }: Pick<RuntimeTask, "files">): ReadonlySet<string> =>
  new Set([INSTRUCTIONS_FILE, INPUTS_FILE, ...files.map(({ place }) => dirname(place))])

const READ_ONLY_MODE = 0o444
const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants

const placeFile = async (folder: FileHandle, { place, source = "" }: TaskFile): Promise<void> => {
  const target = await open(below(folder, basename(place)), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
  try {
    for await (const chunk of createReadStream(source) as AsyncIterable<Buffer>) await target.writeFile(chunk)
    // Whatever our mask is: the task's account reads it, and nobody writes it.
    await target.chmod(READ_ONLY_MODE)
  } finally {
    await target.close()
  }
}

/**
 * Lays read-only copies of a task's files into its working directory. Something of the task's account may be at work beside it, so every
 * step goes by an open folder and none through a link.
 */
export const placeFiles = async (
  workDir: string,
  { files = [] }: Pick<RuntimeTask, "files">,
  account: Account | undefined,
): Promise<void> => {
  const there = files.filter(({ source }) => source !== undefined)
  const [first] = there
  if (first === undefined) return
  const name = dirname(first.place)
  const work = await open(workDir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  try {
    await mkdir(below(work, name), { mode: PRIVATE_DIR_MODE })
    const folder = await open(below(work, name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    try {
      for (const file of there) await placeFile(folder, file)
      if (account) await folder.chown(account.uid, account.gid)
    } finally {
      await folder.close()
    }
  } finally {
    await work.close()
  }
}

/** What a task is told, as files in its working directory. Nothing of the task runs yet, so plain writes are safe. */
export const writeTaskFiles = async (
  dirs: TaskDirs,
  task: RuntimeTask,
  account: Account | undefined,
): Promise<void> => {
  const files = {
    [INSTRUCTIONS_FILE]: task.instructions,
    [INPUTS_FILE]: `${JSON.stringify(task.inputs, null, 2)}\n`,
  }
  await Promise.all(
    Object.entries(files).map(async ([name, text]) => {
      const path = join(dirs.work, name)
      await writeFile(path, text, { mode: PRIVATE_FILE_MODE, flag: "wx" })
      if (account) await chown(path, account.uid, account.gid)
    }),
  )
  await placeFiles(dirs.work, task, account)
}

const inputVariable = (name: string): string => `MUSTER_INPUT_${name.toUpperCase().replaceAll(/[.-]/g, "_")}`

/** The whole environment of a task: a short list of ours, what it was `given`, and what it must be able to rely on, which wins. */
export const taskEnvironment = (
  task: RuntimeTask,
  confinement: Confinement,
  dirs: TaskDirs,
  env: NodeJS.ProcessEnv,
  given = task.options.command?.env,
): Readonly<Record<string, string>> => {
  const seen = confinement.seen(dirs)
  return {
    PATH: TASK_PATH,
    LANG: env["LANG"] ?? "C.UTF-8",
    ...(env["TZ"] === undefined ? {} : { TZ: env["TZ"] }),
    USER: "agent",
    LOGNAME: "agent",
    ...given,
    ...Object.fromEntries(Object.entries(task.inputs).map(([name, value]) => [inputVariable(name), value])),
    HOME: seen.home,
    TMPDIR: seen.tmp,
    MUSTER_TASK_ID: task.taskId,
    MUSTER_IDEMPOTENCY_KEY: task.idempotencyKey,
  }
}

/** A text as one word of the shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** Shell text that exports these variables. It reaches the task through a descriptor: no argument list shows the values. */
export const exportScript = (variables: Readonly<Record<string, string>>): string =>
  Object.entries(variables)
    .map(([name, value]) => `export ${name}=${quoted(value)}\n`)
    .join("")
