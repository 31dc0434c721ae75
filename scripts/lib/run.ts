import type { ChildProcess, StdioOptions } from "node:child_process"
import { spawn } from "node:child_process"
import { once } from "node:events"

let current: ChildProcess | undefined
let isStopping = false

/** Passes the signals of the terminal or a service manager on to the program that runs now. */
export const passSignalsOn = (): void => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      isStopping = true
      current?.kill(signal)
    })
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly stdio?: StdioOptions
}

/** Runs a program to its end and gives its status; one that a signal ended, or that is not there, counts as 1. */
export const run = async (command: string, args: readonly string[], options: RunOptions = {}): Promise<number> => {
  if (isStopping) return 1
  const child = spawn(command, args, {
    stdio: options.stdio ?? "inherit",
    env: { ...process.env, ...options.env },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  })
  current = child
  try {
    const [code] = (await once(child, "exit")) as [number | null]
    return code ?? 1
  } catch (error) {
    process.stderr.write(`${command}: ${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  } finally {
    current = undefined
  }
}

/** True once somebody asked the command to stop. */
export const isInterrupted = (): boolean => isStopping
