import { Effect, Layer } from "effect"
import { openTeamBus, type TeamBusOptions } from "#src/server/bus.ts"
import { TeamBus } from "#src/server/port.ts"

/** Provides the team bus; closing the scope ends its connections. It connects in the background and waits for nobody. */
export const layerTeamBus = (options: TeamBusOptions): Layer.Layer<TeamBus> =>
  Layer.effect(
    TeamBus,
    Effect.acquireRelease(
      Effect.sync(() => openTeamBus(options)),
      (bus) => Effect.promise(() => bus.close()),
    ),
  )
