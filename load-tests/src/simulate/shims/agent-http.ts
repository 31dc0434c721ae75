// In the place of the agent's HTTP client: a control plane that keeps output and files, when it is there.
import { currentProcess, never } from "../engine/scheduler.ts"
import { env } from "../engine/world-clock.ts"
import { world } from "../model/world.ts"

/** The agent's own error class, which is no part of its public face, so that the agent recognises it. */
interface AgentErrors {
  readonly ControlPlaneAway: new (fields: { readonly message: string }) => Error
}
const agentErrors = new URL("../../../../runtime-agent/src/errors.ts", import.meta.url)
const { ControlPlaneAway } = (await import(agentErrors.href)) as AgentErrors

interface HttpRequest {
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | object
  readonly signal?: AbortSignal
}

interface HttpReply {
  readonly status: number
  readonly body: string
}

const TRIP_MIN_MILLIS = 1
const TRIP_MAX_MILLIS = 12

const trip = (signal: AbortSignal | undefined): Promise<void> => {
  const owner = currentProcess()
  if (owner?.isDead === true) return never()
  const { scheduler, latency } = env()
  return new Promise((resolve) => {
    const timer = scheduler.schedule(latency.between(TRIP_MIN_MILLIS, TRIP_MAX_MILLIS), () => {
      signal?.removeEventListener("abort", onAbort)
      resolve()
    })
    const onAbort = () => {
      scheduler.cancel(timer)
      resolve()
    }
    signal?.addEventListener("abort", onAbort, { once: true })
  })
}

/** One request. Fails with ControlPlaneAway when nobody answers. */
export const send = async ({ url, headers = {}, body, signal }: HttpRequest): Promise<HttpReply> => {
  await trip(signal)
  const { controlPlane } = world()
  const isUnanswered = () => controlPlane.isAway || signal?.aborted === true
  if (isUnanswered()) throw new ControlPlaneAway({ message: `${url.pathname}: nobody answers` })
  const key = (headers["authorization"] ?? "").replace("Bearer ", "")
  const reply = controlPlane.take(url, key, body instanceof Uint8Array ? body.length : 0)
  await trip(signal)
  if (isUnanswered()) throw new ControlPlaneAway({ message: `${url.pathname}: the reply was lost` })
  return reply
}
