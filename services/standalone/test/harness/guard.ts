import { spawn } from "node:child_process"
import { once } from "node:events"

/**
 * Ends a started product, and removes its directory, when this process is gone, however it went (a test runner may kill its workers).
 * It waits for the end of its input, which the system closes with us. The result dismisses it.
 */
export const guard = (pid: number, dir: string | undefined): (() => Promise<void>) => {
  const script = [
    "cat >/dev/null",
    'kill -TERM "$1" 2>/dev/null',
    "for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do",
    '  kill -0 "$1" 2>/dev/null || break; sleep 1',
    "done",
    'kill -KILL "$1" 2>/dev/null',
    '[ -z "$2" ] || rm -rf "$2"',
  ].join("\n")
  const watchdog = spawn("sh", ["-c", script, "sh", String(pid), dir ?? ""], {
    cwd: "/",
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  })
  watchdog.unref()
  return async () => {
    const closed = once(watchdog, "exit")
    // Until now it was no reason for this process to stay.
    watchdog.ref()
    watchdog.kill("SIGKILL")
    await closed
  }
}
