import { join } from "node:path"
import { EventStore } from "@muster/event-store"
import { processDriver } from "@muster/drivers"
import { OperationalState } from "@muster/operational-state"
import type { Log } from "@muster/platform"
import { runtimesDir } from "@muster/platform/local"
import { ReadModels } from "@muster/read-models"
import { Effect } from "effect"
import { makeClaims } from "#src/claims.ts"
import { fateOf } from "#src/fate.ts"
import { DEFAULT_TIMINGS, type ProvisionerTimings } from "#src/limits.ts"
import { placeOf } from "#src/place.ts"
import { startProvisioner } from "#src/run.ts"
import { sandboxEnv } from "#src/sandbox-env.ts"

export { DEFAULT_TIMINGS, type ProvisionerTimings } from "#src/limits.ts"
export { placeOf } from "#src/place.ts"
export { sandboxEnv } from "#src/sandbox-env.ts"

export interface ProvisionerOptions {
  /** Muster's data directory; instances lie in its folder `instances`. */
  readonly dataDir: string
  /** Holds the shared folder of each team, named by its id. */
  readonly teamsDir: string
  /** The agent's program: its bundle (`dist/runtime-agent.mjs`, smaller in memory) or its TypeScript entry. */
  readonly agentMain: string
  /** Where agents of this machine reach the control plane. */
  readonly controlPlaneUrl: string
  readonly log: Log
  readonly timings?: Partial<ProvisionerTimings>
}

/**
 * Keeps an agent running on this machine for every member that is claimed for it (of several places on one database each claims its
 * share, and what a place that is not heard any more had), until the scope closes; then all of them end, in parallel. Agents that outlived a crash are taken over. It does not fail: what goes wrong is logged and tried again.
 */
export const provisioner = (options: ProvisionerOptions) =>
  Effect.gen(function* () {
    const { dataDir, teamsDir, agentMain, controlPlaneUrl, log, timings } = options
    const store = yield* EventStore
    const readModels = yield* ReadModels
    const { enrollments, places } = yield* OperationalState
    const sandbox = yield* Effect.promise(() => sandboxEnv(log))
    const agentEnv = { ...sandbox, MUSTER_RUNTIMES_DIR: runtimesDir() }
    const allTimings = { ...DEFAULT_TIMINGS, ...timings }
    yield* Effect.acquireRelease(
      Effect.sync(() =>
        startProvisioner({
          store,
          readModels,
          claims: makeClaims({ places, place: placeOf(dataDir), timings: allTimings }),
          driver: processDriver({ root: join(dataDir, "instances"), agentMain, log }),
          desired: async () =>
            (await readModels.system.localMembers()).map(({ id, teamId, orgId }) => ({ memberId: id, teamId, orgId })),
          fateOf: (memberId) => fateOf(store, memberId),
          mint: (member) => enrollments.mint(member),
          controlPlaneUrl,
          teamsDir,
          agentEnv,
          timings: allTimings,
          log,
        }),
      ),
      (running) => Effect.promise(() => running.stop()),
    )
  })
