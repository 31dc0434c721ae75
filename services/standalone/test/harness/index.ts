export { connectApi, signIn, type Api, type CallOptions } from "./api.ts"
export { ApiRefused, MusterFailed, NotInTime } from "./errors.ts"
export {
  foldOutcomes,
  followHistory,
  OUTCOME_TYPES,
  readHistory,
  tally,
  type Follower,
  type RecordedOutcome,
  type Tally,
  type TaskRecord,
} from "./history.ts"
export {
  agentsOf,
  busPort,
  countOutcomes,
  databasePort,
  onBus,
  onDatabase,
  onOwnersDatabase,
  processesOf,
  type Process,
} from "./inside.ts"
export { freePort, signedInOn, startMuster, startSignedIn, type Muster, type StartOptions } from "./muster.ts"
export { startServers, type SharedServers, type StartedServers } from "./servers.ts"
export {
  dispatch,
  dispatchAll,
  makeOnlineTeam,
  makeTeam,
  readOutput,
  readTask,
  readTeam,
  waitOnline,
  type MadeTeam,
} from "./teams.ts"
export { readMetric } from "./metrics.ts"
export { invite, type Invited } from "./people.ts"
export { waitFor } from "./wait.ts"
