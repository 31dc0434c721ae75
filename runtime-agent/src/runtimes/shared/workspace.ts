import { chown, mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { RuntimeTask } from "#src/runtimes/contract.ts"
import type { Account } from "#src/runtimes/shared/account.ts"
import { type Confinement, TASK_PATH, type TaskDirs } from "#src/runtimes/shared/confinement.ts"

export const INSTRUCTIONS_FILE = "instructions.md"
export const INPUTS_FILE = "inputs.json"

const PRIVATE_DIR_MODE = 0o700
const PRIVATE_FILE_MODE = 0o600

/** Makes the task's own directories (0700, its account's) below `root`. */
export const makeTaskDirs = async (root: string, account: Account | undefined): Promise<TaskDirs> => {
  const dirs: TaskDirs = { work: join(root, "work"), home: join(root, "home"), tmp: join(root, "tmp") }
  await mkdir(root, { recursive: true, mode: PRIVATE_DIR_MODE })
  if (account) await chown(root, account.uid, account.gid)
  for (const dir of Object.values(dirs)) {
    await mkdir(dir, { recursive: true, mode: PRIVATE_DIR_MODE })
    if (account) await chown(dir, account.uid, account.gid)
  }
  return dirs
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
  for (const [name, text] of Object.entries(files)) {
    const path = join(dirs.work, name)
    await writeFile(path, text, { mode: PRIVATE_FILE_MODE, flag: "wx" })
    if (account) await chown(path, account.uid, account.gid)
  }
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
