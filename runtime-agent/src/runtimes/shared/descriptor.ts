import { chownSync, openSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Account } from "#src/runtimes/shared/account.ts"

/** Text on a descriptor that the task may read from the start and open again, and that no directory shows. */
export const descriptorOf = (dir: string, name: string, text: string, account: Account | undefined): number => {
  const path = join(dir, name)
  writeFileSync(path, text, { mode: 0o600 })
  const fd = openSync(path, "r")
  if (account) chownSync(path, account.uid, account.gid)
  rmSync(path)
  return fd
}
