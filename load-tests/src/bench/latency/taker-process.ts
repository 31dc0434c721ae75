import {
  API_PREFIX,
  BUS_VERSION,
  type AgentCredentials,
  type PresenceValue,
  type ReportEnvelope,
} from "@muster/contracts"
import { silentLog } from "@muster/platform"
import { connectAgentBus } from "@muster/team-bus/agent"
import { serveHelper, tellOpener } from "../helper/serve.ts"
import { clockNanos } from "../pacing.ts"
import type { Invitation } from "../product/open.ts"
import type { Arrival } from "./arrivals.ts"
import { BEAT_MILLIS, BLOCK_MILLIS, SLOTS } from "./limits.ts"

/**
 * An agent that does nothing but notice when it has a task: the agent's half of the bus as it is shipped, under the credentials of an
 * enrolled member. It reports every task as done, so that credit flows.
 */
serveHelper(async ({ token, controlPlaneUrl }: Invitation) => {
  const response = await fetch(`${controlPlaneUrl}${API_PREFIX}/agent/bootstrap`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token, agentVersion: "bench", host: "bench" }),
  })
  if (!response.ok) throw new Error(`the agent was not enrolled: status ${response.status}`)
  const { teamId, memberId, incarnation, bus: address } = (await response.json()) as AgentCredentials
  const bus = connectAgentBus({ ...address, teamId, memberId, incarnation, log: silentLog })
  const beat = (): Promise<void> => {
    const presence: PresenceValue = {
      v: BUS_VERSION,
      incarnation,
      agentVersion: "bench",
      status: "ready",
      blockedReason: null,
      slots: SLOTS,
      live: [],
      at: new Date().toISOString(),
    }
    return bus.beat(presence)
  }
  const stopping = new AbortController()
  const { signal } = stopping
  await bus.pendingTasks({ signal })
  await beat()
  const beating = setInterval(() => {
    beat().catch((error: unknown) => process.stderr.write(`no heartbeat: ${String(error)}\n`))
  }, BEAT_MILLIS)
  let seq = 0
  const reportOf = (report: ReportEnvelope["report"]): ReportEnvelope => {
    seq += 1
    return { v: BUS_VERSION, incarnation, seq, at: new Date().toISOString() as ReportEnvelope["at"], report }
  }
  const take = async (): Promise<void> => {
    while (!signal.aborted) {
      const tasks = await bus.takeTasks(SLOTS, { blockMillis: BLOCK_MILLIS, signal })
      const now = String(clockNanos())
      const understood = tasks.flatMap(({ envelope, entryId }) =>
        envelope === undefined ? [] : [{ envelope, entryId }],
      )
      if (understood.length === 0) continue
      tellOpener(understood.map(({ envelope }): Arrival => [envelope.taskId, now]))
      const result = { summary: "done", output: { bytes: 0, isTruncated: false } }
      await bus.report(
        understood.flatMap(({ envelope: { assignmentId, taskId } }) => [
          reportOf({ kind: "started", assignmentId, taskId }),
          reportOf({ kind: "succeeded", assignmentId, taskId, result }),
        ]),
      )
      await bus.done(understood.map(({ entryId }) => entryId))
    }
  }
  const taking = take()
  return {
    handlers: {},
    stop: async () => {
      stopping.abort()
      clearInterval(beating)
      await taking
      await bus.close()
    },
  }
})
