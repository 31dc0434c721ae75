import { processesOf } from "#src/processes/inspect.ts"
import { isOneMembers, killAllOf, signalProcess } from "#src/processes/tree.ts"
import type { Confinement } from "#src/runtimes/shared/confinement.ts"

/** Ends what outlived a program. In a sandbox nothing can; without one, its group and (when alone) the whole account. */
export const killSurvivors = (
  { account, sandboxDepth }: Confinement,
  leader: number | undefined,
  isAlone: boolean,
): void => {
  if (sandboxDepth > 0 || account === undefined) return
  if (isAlone && isOneMembers(account.uid)) return void killAllOf(account.uid)
  for (const { pid, group } of processesOf(account.uid)) if (group === leader) signalProcess(pid, "SIGKILL")
}
