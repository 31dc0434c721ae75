import { spawn } from "node:child_process"
import { once } from "node:events"

/**
 * Runs a shell script when this process is gone, however it went (a test runner may kill its workers): the shell waits for the end of
 * its input, which the system closes with us. The result dismisses it: to be called on an orderly stop.
 */
export const whenGone = (script: string, ...args: readonly string[]): (() => Promise<void>) => {
  const watchdog = spawn("sh", ["-c", `cat >/dev/null\n${script}`, "sh", ...args], {
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

/** Ends a test server and removes its directory when this process is gone. */
export const watchOver = (pid: number, dir: string): (() => Promise<void>) =>
  whenGone('kill -QUIT "$1" 2>/dev/null; sleep 1; kill -KILL "$1" 2>/dev/null; rm -rf "$2"', String(pid), dir)
