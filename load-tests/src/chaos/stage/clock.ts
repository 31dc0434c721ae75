import { renameSync, writeFileSync } from "node:fs"
import { ensureFaketimeLibrary } from "@muster/platform/local"
import { CLOCK_LOOK_SECONDS } from "../limits.ts"

/** A wall clock of its own for one process. Its monotonic clock stays the machine's. */
export interface OwnClock {
  /** Environment under which the process has it. */
  readonly env: Readonly<Record<string, string>>
  /** So far ahead (or, below nought, behind) of the machine's from now on. */
  readonly set: (offsetSeconds: number) => void
}

/** The library that gives processes a clock of their own; undefined where there is none and none can be brought. */
export const findClockLibrary = async (tell: (line: string) => void): Promise<string | undefined> => {
  try {
    return await ensureFaketimeLibrary({ progress: tell })
  } catch (error) {
    if (!(error instanceof Error && "_tag" in error && error._tag === "ToolMissing")) throw error
    tell(`clocks are left as they are: ${error.message}`)
    return undefined
  }
}

/** Makes a clock that a file at `path` sets. */
export const makeOwnClock = (library: string, path: string): OwnClock => {
  const set = (offsetSeconds: number): void => {
    const temporary = `${path}.new`
    writeFileSync(temporary, `${offsetSeconds < 0 ? "" : "+"}${offsetSeconds}\n`)
    renameSync(temporary, path)
  }
  set(0)
  return {
    set,
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: path,
      FAKETIME_CACHE_DURATION: String(CLOCK_LOOK_SECONDS),
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      FAKETIME_DONT_RESET: "1",
    },
  }
}
