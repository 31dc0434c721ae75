import { hasCode } from "#src/errors.ts"
import { TASK_UID_FIRST, TREE_ROUNDS_MAX } from "#src/limits.ts"
import { allProcesses, processesOf, type ProcessStat, processStart, uidOf } from "#src/processes/inspect.ts"

/** Sends a signal; a process that is gone already is what the caller wanted. */
export const signalProcess = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!hasCode(error, "ESRCH")) throw error
  }
}

export interface TreeMember extends ProcessStat {
  /** 0 = the root of the tree. */
  readonly depth: number
}

/** A process, what descends from it, and whoever else is in its process group. */
export const processTree = (root: number): readonly TreeMember[] => {
  const all = allProcesses()
  const found = new Map<number, TreeMember>()
  const add = (stat: ProcessStat, depth: number): void => {
    if (found.has(stat.pid)) return
    found.set(stat.pid, { ...stat, depth })
    for (const child of all) if (child.parent === stat.pid) add(child, depth + 1)
  }
  const top = all.find((stat) => stat.pid === root)
  if (top) add(top, 0)
  // Those that lost their parent stay in the group.
  for (const stat of all) if (stat.group === root) add(stat, 1)
  return [...found.values()]
}

/** After these a parent forks no more. A process may do with any other what it likes; each look costs a read for every process there is. */
const isFinal = (name: NodeJS.Signals): boolean => name === "SIGKILL" || name === "SIGSTOP"

/**
 * Signals every process of a tree at `minDepth` or deeper; with a signal that ends or stops, again whatever was born meanwhile, so that
 * a few rounds reach everybody.
 */
export const signalTree = (root: number, name: NodeJS.Signals, minDepth = 0): void => {
  const told = new Set<number>()
  for (let round = 0; round < (isFinal(name) ? TREE_ROUNDS_MAX : 1); round++) {
    const fresh = processTree(root).filter(({ pid, depth }) => depth >= minDepth && !told.has(pid))
    if (fresh.length === 0) return
    for (const { pid } of fresh) {
      told.add(pid)
      signalProcess(pid, name)
    }
  }
}

/** A process as the journal keeps it: the pid with its start, so that a recycled pid is never taken for it. */
export interface ProcessMark {
  readonly pid: number
  readonly started: string
}

export const markOf = (pid: number): ProcessMark | undefined => {
  const started = processStart(pid)
  return started === undefined ? undefined : { pid, started }
}

export const isStill = (mark: ProcessMark): boolean => processStart(mark.pid) === mark.started

/** Kills what an earlier life of the agent left of a task. Says whether there was anything. */
export const killLeftover = (mark: ProcessMark, taskUid: number | undefined): boolean => {
  if (isStill(mark)) {
    signalTree(mark.pid, "SIGKILL")
    return true
  }
  // The leader is gone. Members of its group are ours only if they run as the task's own account: the number may have been
  // used again for somebody else's group since.
  if (taskUid === undefined || processStart(mark.pid) !== undefined) return false
  const left = allProcesses().filter(({ pid, group }) => group === mark.pid && uidOf(pid) === taskUid)
  for (const { pid } of left) signalProcess(pid, "SIGKILL")
  return left.length > 0
}

/** False where a container leaves so few numbers that two members may share one: somebody else's work could run under it. */
export const isOneMembers = (taskUid: number): boolean => taskUid >= TASK_UID_FIRST

/** Kills everything that runs as the account of a member's tasks, if it is one member's. Says how many there were. */
export const killAllOf = (taskUid: number): number => {
  if (!isOneMembers(taskUid)) return 0
  const killed = new Set<number>()
  for (let round = 0; round < TREE_ROUNDS_MAX; round++) {
    const fresh = processesOf(taskUid).filter(({ pid }) => !killed.has(pid))
    if (fresh.length === 0) break
    for (const { pid } of fresh) {
      killed.add(pid)
      signalProcess(pid, "SIGKILL")
    }
  }
  return killed.size
}
