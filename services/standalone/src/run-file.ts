import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Data, Result, Schema } from "effect"

/** What other commands on this machine need of the running Muster. Readable by its account only: the URLs hold passwords. */
const RunFile = Schema.Struct({
  pid: Schema.Int,
  url: Schema.String,
  appDatabaseUrl: Schema.String,
  redisUrl: Schema.String,
})
export type RunFile = typeof RunFile.Type

/** No Muster runs on this data directory, or it runs under another account. */
export class NotRunning extends Data.TaggedError("NotRunning")<{ readonly dataDir: string }> {
  override get message() {
    return `no Muster runs on ${this.dataDir}: start it with "npm start", as the same account`
  }
}

const PRIVATE_MODE = 0o600
const pathOf = (dataDir: string) => join(dataDir, "run.json")

export const writeRunFile = (dataDir: string, content: RunFile): void => {
  const temporary = `${pathOf(dataDir)}.${process.pid}`
  writeFileSync(temporary, JSON.stringify(content), { mode: PRIVATE_MODE })
  chmodSync(temporary, PRIVATE_MODE)
  renameSync(temporary, pathOf(dataDir))
}

export const removeRunFile = (dataDir: string): void => rmSync(pathOf(dataDir), { force: true })

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"
  }
}

/** Fails with NotRunning. */
export const readRunFile = (dataDir: string): RunFile => {
  let text: string
  try {
    text = readFileSync(pathOf(dataDir), "utf8")
  } catch {
    throw new NotRunning({ dataDir })
  }
  const decoded = Schema.decodeUnknownResult(Schema.fromJsonString(RunFile))(text)
  if (Result.isFailure(decoded) || !isAlive(decoded.success.pid)) throw new NotRunning({ dataDir })
  return decoded.success
}
