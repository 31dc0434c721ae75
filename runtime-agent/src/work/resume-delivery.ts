import { OUTPUT_MAX_BYTES } from "@muster/contracts"
import type { OpenAssignment } from "#src/journal/fold.ts"
import { OVER } from "#src/pause.ts"
import { clean, deliver, type EndReason, type HeldAssignment, lifeOf, type WorkDeps } from "#src/work/life.ts"
import { openOutputSpool } from "#src/work/output-spool.ts"

/** Goes on delivering what an earlier life of the agent had concluded. */
export const resumeDelivery = (deps: WorkDeps, open: OpenAssignment): HeldAssignment => {
  const life = lifeOf(deps, open)
  const end = (reason: EndReason): void => {
    life.endReason = reason
    life.hurry.abort(OVER)
  }
  const live = async (): Promise<void> => {
    const spool = await openOutputSpool(life.spoolDir, OUTPUT_MAX_BYTES, open.concluded?.isTruncated)
    try {
      await deliver(life, spool)
    } finally {
      life.hurry.abort(OVER)
      await spool.close()
    }
    if (!deps.journal.state.open.has(open.assignmentId)) await clean(life)
  }
  return {
    assignmentId: open.assignmentId,
    control: (message) => (message.kind === "cancel" ? end("cancelled") : undefined),
    stop: () => end("stopping"),
    giveBack: () => undefined,
    abandon: () => end("abandoned"),
    isWorking: () => false,
    ended: live().catch(async (error: unknown) => {
      deps.log.error({ assignmentId: open.assignmentId, err: error }, "a concluded assignment could not be delivered")
      await deps.outbox.report({ kind: "lost", assignmentId: open.assignmentId, taskId: open.taskId })
    }),
  }
}
