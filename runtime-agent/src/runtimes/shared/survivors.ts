import { allProcesses, uidOf } from "#src/processes/inspect.ts"
import { killAllOf, signalProcess } from "#src/processes/tree.ts"
import type { Confinement } from "#src/runtimes/shared/confinement.ts"

/** Ends what outlived a program. In a sandbox nothing can; without one, its group and (when alone) the whole account. */
export const killSurvivors = (
  { account, sandboxDepth }: Confinement,
  leader: number | undefined,
  isAlone: boolean,
): void => {
  if (sandboxDepth > 0 || account === undefined) return
  for (const { pid, group } of allProcesses())
    if (group === leader && uidOf(pid) === account.uid) signalProcess(pid, "SIGKILL")
  if (isAlone) killAllOf(account.uid)
}
