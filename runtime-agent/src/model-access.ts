import type { ModelAccessReply } from "@muster/contracts"
import type { Runtime as RuntimeName, RuntimeOptions } from "@muster/domain"
import { ControlPlaneAway, RuntimeUnavailable } from "#src/errors.ts"
import type { ControlPlane } from "#src/http/control-plane.ts"
import { MODEL_ACCESS_ATTEMPTS } from "#src/limits.ts"
import type { AgentTimings } from "#src/limits.ts"
import { backoff, pause } from "#src/pause.ts"
import type { Readiness, Runtime } from "#src/runtimes/contract.ts"
import type { Runtimes } from "#src/runtimes/table.ts"

const needs = ({ needsModel }: Runtime, options: RuntimeOptions): boolean =>
  typeof needsModel === "function" ? needsModel(options) : needsModel === true

const NONE = "No model is set."

/**
 * Gives a runtime's tasks the model that holds for the member: asked for at the beginning of each session, so that a change reaches the
 * next one, and kept nowhere. Without one the member is blocked, with the words of the control plane.
 */
const withModel = (
  runtime: Runtime,
  { modelAccess }: Pick<ControlPlane, "modelAccess">,
  { retryFirstMillis, retryMaxMillis }: Pick<AgentTimings, "retryFirstMillis" | "retryMaxMillis">,
): Runtime => {
  const ask = async (): Promise<ModelAccessReply> => {
    const wait = backoff(retryFirstMillis, retryMaxMillis)
    for (let attempt = 1; ; attempt += 1)
      try {
        return await modelAccess()
      } catch (error) {
        if (!(error instanceof ControlPlaneAway)) throw error
        if (attempt === MODEL_ACCESS_ATTEMPTS)
          throw new RuntimeUnavailable({ message: `the model could not be asked for: ${error.message}` })
        await pause(wait.next())
      }
  }
  const missing = async (): Promise<Readiness> => {
    try {
      const { access, reason } = await modelAccess()
      return access === null ? { blockedReason: reason ?? NONE } : {}
    } catch (error) {
      // Whoever cannot be reached now may be back when a task comes; it is asked again then.
      if (error instanceof ControlPlaneAway) return {}
      throw error
    }
  }
  return {
    ...runtime,
    check: async (options) => {
      const found = await runtime.check(options)
      return found.blockedReason === undefined && needs(runtime, options ?? {}) ? missing() : found
    },
    open: async (task, host) => {
      if (!needs(runtime, task.options)) return runtime.open(task, host)
      const { access, reason } = await ask()
      if (access === null) throw new RuntimeUnavailable({ message: reason ?? NONE })
      return runtime.open({ ...task, model: access }, host)
    },
  }
}

/** All runtimes; those that need a model get it. */
export const withModels = (
  runtimes: Runtimes,
  controlPlane: Pick<ControlPlane, "modelAccess">,
  timings: Pick<AgentTimings, "retryFirstMillis" | "retryMaxMillis">,
): Runtimes =>
  Object.fromEntries(
    Object.entries(runtimes).map(([name, runtime]): [RuntimeName, Runtime] => [
      name as RuntimeName,
      runtime.needsModel === undefined ? runtime : withModel(runtime, controlPlane, timings),
    ]),
  )
