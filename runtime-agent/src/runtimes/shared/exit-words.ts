import { constants } from "node:os"

const reasons: Readonly<Record<string, string>> = {
  SIGKILL: "killed, often because memory ran out",
  SIGSEGV: "it crashed by an invalid memory access",
  SIGABRT: "it ended itself after an inner error",
  SIGTERM: "it was told to end",
  SIGXCPU: "it used up its processor time",
  SIGPIPE: "nobody read what it wrote",
}

const signalOf = (number: number): string | undefined =>
  Object.entries(constants.signals).find(([, value]) => value === number)?.[0]

const SHELL_SIGNAL_BASE = 128

/** How a command ended, in words. A code above 128 is how shells and the sandbox say "by signal". */
export const exitWords = (code: number | null, signal: NodeJS.Signals | null): string => {
  const name = signal ?? (code !== null && code > SHELL_SIGNAL_BASE ? signalOf(code - SHELL_SIGNAL_BASE) : undefined)
  const withCode = code === null ? "" : ` (exit code ${code})`
  if (name !== undefined) {
    const why = reasons[name]
    return `the command was ended by signal ${name}${withCode}${why === undefined ? "" : `: ${why}`}`
  }
  if (code === 127) return "the command was not found (exit code 127)"
  if (code === 126) return "the command is not executable (exit code 126)"
  return `the command ended with exit code ${code}`
}
