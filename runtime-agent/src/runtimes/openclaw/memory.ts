import { readFileSync } from "node:fs"
import { hasCode } from "#src/errors.ts"
import { processTree } from "#src/processes/tree.ts"

const KIBIBYTE = 1024

const residentBytes = (pid: number): number => {
  try {
    const [, kibibytes = "0"] = /^VmRSS:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? []
    return Number(kibibytes) * KIBIBYTE
  } catch (error) {
    if (hasCode(error, "ENOENT", "ESRCH")) return 0
    throw error
  }
}

/** Memory of a process and of all it started; shared pages count for each. */
export const treeMemoryBytes = (root: number): number =>
  processTree(root).reduce((sum, { pid }) => sum + residentBytes(pid), 0)
