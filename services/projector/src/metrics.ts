import { metrics } from "@muster/platform"

export const projectedEvents = metrics.counter({
  name: "muster_projector_events_total",
  help: "Events folded into the read models",
})
export const poisonedEvents = metrics.counter({
  name: "muster_projector_poisoned_events_total",
  help: "Events that could not be folded; they are in the feeds, their documents are as before",
})
export const projectionLag = metrics.gauge({
  name: "muster_projector_lag_seconds",
  help: "Age of the newest folded event when it was written",
})
export const rebuilds = metrics.counter({
  name: "muster_projector_rebuilds_total",
  help: "Times the read models were emptied and filled again",
})
export const ownsProjection = metrics.gauge({
  name: "muster_projector_is_owner",
  help: "1 while this process writes the read models",
})
export const projectorFailures = metrics.counter({
  name: "muster_projector_failures_total",
  help: "Steps and snapshots that failed and are tried again",
})
export const volumeFailures = metrics.counter({
  name: "muster_team_volume_failures_total",
  help: "Rounds of writing a team's files that failed and are tried again",
})
export const volumeMissingBlobs = metrics.counter({
  name: "muster_team_volume_missing_blobs_total",
  help: "Artifacts whose bytes the blob store does not have",
})
