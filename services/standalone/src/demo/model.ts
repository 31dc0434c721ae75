import { type Fact, fact, type OrgId, streams, toNewEvents, type Actor, CommandId, EventId } from "@muster/domain"
import type { EventStore } from "@muster/event-store"
import { type ModelScript, ModelScriptFailed, startModelScript } from "@muster/model-script"
import { type ModelAccess, type OperationalState, SecretSealed } from "@muster/operational-state"
import type { Logger } from "@muster/platform"
import { Effect, type Scope } from "effect"
import { v7 } from "uuid"
import { DEMO_LABEL, DEMO_MODEL, DEMO_PAUSE_MILLIS, demoRules } from "#src/demo/rules.ts"

interface Place {
  readonly store: EventStore
  readonly state: OperationalState
  readonly orgId: OrgId
}

const setup: Actor = { kind: "system", id: "setup", via: "service" }

const record = async ({ store, orgId }: Place, change: Fact): Promise<void> => {
  const commandId = CommandId.make(v7())
  const meta = { org: orgId, actor: setup, commandId, correlationId: commandId }
  const events = toNewEvents([change], meta, () => EventId.make(v7()))
  const [verdict] = await store.append([{ stream: streams.org(orgId), expectedRevision: "any", events }])
  if (verdict?.ok === false) throw verdict.error
}

/** What the organisation uses: nothing, the demo model of an earlier start, or a model of its own. */
const inUse = async ({ state, orgId }: Place): Promise<"nothing" | "demo" | "own"> => {
  const [endpoint] = (await state.models.list(orgId)).filter(({ teamId }) => teamId === null)
  if (endpoint === undefined) return "nothing"
  const isHere = endpoint.baseUrl !== null && new URL(endpoint.baseUrl).hostname === "127.0.0.1"
  return isHere && endpoint.model === DEMO_MODEL ? "demo" : "own"
}

/** Port and key of the demo model of an earlier start, so that a restart changes nothing. */
const earlier = async ({ state, orgId }: Place): Promise<ModelAccess | undefined> => {
  try {
    return await state.models.access({ orgId })
  } catch (error) {
    // Sealed with another master key: a new one is set.
    if (error instanceof SecretSealed) return undefined
    throw error
  }
}

const script = { rules: demoRules, models: [DEMO_MODEL], label: DEMO_LABEL, pauseMillis: DEMO_PAUSE_MILLIS }

const startAgain = async (before: ModelAccess | undefined): Promise<ModelScript> => {
  if (before === undefined || before.apiKey === null) return startModelScript(script)
  const { apiKey } = before
  try {
    return await startModelScript({ ...script, apiKey, port: Number(new URL(before.baseUrl).port) })
  } catch (error) {
    // Somebody else listens there by now.
    if (error instanceof ModelScriptFailed) return startModelScript({ ...script, apiKey })
    throw error
  }
}

const begin = async (place: Place, log: Logger): Promise<ModelScript | undefined> => {
  const used = await inUse(place)
  if (used === "own") {
    log.warn({}, "MUSTER_DEMO_MODEL has no effect: the organisation has a model of its own")
    return undefined
  }
  const before = used === "demo" ? await earlier(place) : undefined
  const server = await startAgain(before)
  const { baseUrl, apiKey } = server
  if (before?.baseUrl !== baseUrl || before.apiKey !== apiKey) {
    const { state, orgId } = place
    const scope = { kind: "organisation" } as const
    await record(place, fact("ModelEndpointSet", { scope, baseUrl, model: DEMO_MODEL, isKeyChanged: true }))
    await state.models.set({ orgId }, { baseUrl, model: DEMO_MODEL, key: apiKey })
  }
  log.info({ baseUrl, model: DEMO_MODEL }, "the scripted demo model answers; no model thinks")
  return server
}

/** Without the demo its endpoint would lead nowhere. */
const tidyUp = async (place: Place, log: Logger): Promise<void> => {
  if ((await inUse(place)) !== "demo") return
  await record(place, fact("ModelEndpointRemoved", { scope: { kind: "organisation" } }))
  await place.state.models.remove({ orgId: place.orgId })
  log.info({}, "the scripted demo model is not asked for any more; its setting was removed")
}

/**
 * The demo mode: a scripted model of this process is the organisation's, unless it has one of its own. It ends with the scope. Without the
 * demo mode, what an earlier start has set for it is removed.
 */
export const demoModel = (
  place: Place,
  { isWanted, log }: { readonly isWanted: boolean; readonly log: Logger },
): Effect.Effect<void, Error, Scope.Scope> => {
  const attempt = <A>(run: () => Promise<A>) =>
    Effect.tryPromise({ try: run, catch: (cause) => (cause instanceof Error ? cause : new Error(String(cause))) })
  if (!isWanted) return attempt(() => tidyUp(place, log))
  return Effect.asVoid(
    Effect.acquireRelease(
      attempt(() => begin(place, log)),
      (server) => Effect.promise(async () => server?.close()),
    ),
  )
}
