export { createClient, type ClientOptions } from "#src/http/client.ts"
export { ClientProblem, ClientUnreachable } from "#src/http/errors.ts"
export type { CallOptions, Client, InputOf, OutputOf } from "#src/http/types.ts"
export type { Connect, Connection, ConnectionHandlers, OutputGrown } from "#src/stream/connection.ts"
export type { StreamStatus } from "#src/stream/core-state.ts"
export type { Surroundings } from "#src/stream/surroundings.ts"
export {
  openNeedsStream,
  openTeamStream,
  type NeedsStreamOptions,
  type Remembered,
  type TeamStream,
  type TeamStreamHandlers,
  type TeamStreamOptions,
} from "#src/stream/team-stream.ts"
