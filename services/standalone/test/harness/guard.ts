import { whenGone } from "@muster/platform/testing"

const SCRIPT = [
  'kill -TERM "$1" 2>/dev/null',
  "for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do",
  '  kill -0 "$1" 2>/dev/null || break; sleep 1',
  "done",
  'kill -KILL "$1" 2>/dev/null',
  '[ -z "$2" ] || rm -rf "$2"',
].join("\n")

/** Ends a started product, and removes its directory, when this process is gone. The result dismisses it. */
export const guard = (pid: number, dir: string | undefined): (() => Promise<void>) =>
  whenGone(SCRIPT, String(pid), dir ?? "")
