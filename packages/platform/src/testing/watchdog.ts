import { spawn } from "node:child_process"
import { once } from "node:events"

/**
 * Ends a test server and removes its directory when this process is gone, however it went (a test runner may kill its workers).
 * It waits for the end of its input, which the system closes with us. Call the result on an orderly stop.
 */
export const watchOver = (pid: number, dir: string): (() => Promise<void>) => {
  const script = 'cat >/dev/null; kill -QUIT "$1" 2>/dev/null; sleep 1; kill -KILL "$1" 2>/dev/null; rm -rf "$2"'
  const watchdog = spawn("sh", ["-c", script, "sh", String(pid), dir], {
    cwd: "/",
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  })
  watchdog.unref()
  return async () => {
    const closed = once(watchdog, "exit")
    watchdog.kill("SIGKILL")
    await closed
  }
}
