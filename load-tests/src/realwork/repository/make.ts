import { execFile } from "node:child_process"
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import { GIT_OUTPUT_MAX_BYTES } from "../limits.ts"
import { breakage, history, type Change, type Files } from "./content.ts"

const run = promisify(execFile)

/** A commit as the script knows it. */
export interface Commit {
  readonly id: string
  readonly message: string
  readonly paths: readonly string[]
  /** All files as they were after it. */
  readonly files: Files
}

/** A real git repository with known contents. */
export interface Repository {
  readonly dir: string
  /** Commits of the main branch, oldest first. */
  readonly commits: readonly Commit[]
  /** All files of the main branch, by path. */
  readonly files: Files
  /** All of it in one file, as `git bundle` writes it: branches `main` and `broken`, tags `v1` … */
  readonly bundle: Buffer
}

const FIRST_COMMIT_AT_SECONDS = 1_735_689_600
const SECONDS_BETWEEN_COMMITS = 86_400
/** Every so many commits a tag. */
export const COMMITS_PER_TAG = 10

const settings = (dir: string, commit: number): NodeJS.ProcessEnv => {
  const date = `${FIRST_COMMIT_AT_SECONDS + commit * SECONDS_BETWEEN_COMMITS} +0000`
  return {
    PATH: process.env["PATH"],
    HOME: dir,
    LC_ALL: "C.UTF-8",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_AUTHOR_NAME: "Orchard",
    GIT_AUTHOR_EMAIL: "orchard@localhost",
    GIT_COMMITTER_NAME: "Orchard",
    GIT_COMMITTER_EMAIL: "orchard@localhost",
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
  }
}

/** Runs git in a directory; returns what it printed. */
export const git = async (dir: string, commit: number, ...args: readonly string[]): Promise<string> => {
  const { stdout } = await run("git", args, { cwd: dir, env: settings(dir, commit), maxBuffer: GIT_OUTPUT_MAX_BYTES })
  return stdout
}

const apply = async (dir: string, change: Change, commit: number): Promise<string> => {
  for (const [path, text] of change.write) {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), text)
    if (path.endsWith(".sh")) await chmod(join(dir, path), 0o755)
  }
  await git(dir, commit, "add", "--all")
  await git(dir, commit, "commit", "--quiet", "--message", change.message)
  return (await git(dir, commit, "rev-parse", "HEAD")).trim()
}

/** Makes the repository in an empty directory by committing each change of its history. */
export const makeRepository = async (dir: string): Promise<Repository> => {
  await git(dir, 0, "init", "--quiet", "--initial-branch", "main")
  const commits: Commit[] = []
  let files: Files = new Map()
  for (const [number, change] of history().entries()) {
    const id = await apply(dir, change, number)
    files = new Map([...files, ...change.write])
    commits.push({ id, message: change.message, paths: [...change.write.keys()], files })
    if ((number + 1) % COMMITS_PER_TAG === 0) await git(dir, number, "tag", `v${(number + 1) / COMMITS_PER_TAG}`)
  }
  await git(dir, 0, "checkout", "--quiet", "-b", "broken")
  await apply(dir, breakage(), commits.length)
  await git(dir, 0, "checkout", "--quiet", "main")
  const bundle = join(dir, ".git", "orchard.bundle")
  await git(dir, 0, "bundle", "create", "--quiet", bundle, "HEAD", "--branches", "--tags")
  return { dir, commits, files, bundle: await readFile(bundle) }
}
