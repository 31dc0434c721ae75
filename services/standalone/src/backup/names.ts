import { readdir, stat } from "node:fs/promises"
import { join, resolve } from "node:path"
import { BadArguments } from "#src/backup/errors.ts"

const BACKUP_NAME = /^muster-\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z\.tar(?:\.sealed)?$/u

/** An instant as it may stand in a file name: 2026-11-21T09-15-30Z. Names sort as the instants do. */
export const stampOf = (at: Date): string => `${at.toISOString().slice(0, 19).replaceAll(":", "-")}Z`

/** Paths mean what they mean where the person stands: npm runs commands in the project. */
const fromWhereAsked = (path: string, env: NodeJS.ProcessEnv): string => resolve(env["INIT_CWD"] ?? "", path)

const isFolder = async (path: string): Promise<boolean> => {
  const found = await stat(path).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined
    throw error
  })
  return found?.isDirectory() === true
}

/** Where a backup goes: the file that was named, or one with the time in its name when a folder was. */
export const targetOf = async (
  said: string,
  at: Date,
  isSealed: boolean,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly path: string; readonly folder: string | undefined }> => {
  const path = fromWhereAsked(said, env)
  if (!said.endsWith("/") && !(await isFolder(path))) return { path, folder: undefined }
  return { path: join(path, `muster-${stampOf(at)}.tar${isSealed ? ".sealed" : ""}`), folder: path }
}

/** The backup that was named, or the newest one of a folder. Fails with BadArguments when a folder has none. */
export const sourceOf = async (said: string, env: NodeJS.ProcessEnv): Promise<string> => {
  const path = fromWhereAsked(said, env)
  if (!(await isFolder(path))) return path
  const newest = (await readdir(path))
    .filter((name) => BACKUP_NAME.test(name))
    .toSorted()
    .at(-1)
  if (newest === undefined) throw new BadArguments({ message: `there is no backup in ${path}` })
  return join(path, newest)
}
