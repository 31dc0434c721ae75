import { openTeamStream, type StreamStatus, type TeamStream } from "@muster/client"

/** Somebody who watches a team live, as the dashboard does. */
export interface Viewer {
  readonly teamId: string
  /** What was wrong with what was shown: a hole, a step back, an end. */
  readonly faults: () => readonly string[]
  /** Number of the newest event of the feed that was shown. */
  readonly seq: () => number
  readonly status: () => string
  /** Snapshots that replaced everything. */
  readonly resets: () => number
  readonly close: () => void
}

const describe = (status: StreamStatus): string => JSON.stringify(status)
const FAULTS_KEPT_MAX = 10

/** Opens a live view of a team by way of `baseUrl`. */
export const openViewer = (teamId: string, baseUrl: string, cookie: string): Viewer => {
  const faults: string[] = []
  const fault = (text: string): void => {
    if (faults.length < FAULTS_KEPT_MAX) faults.push(text)
  }
  let seq = 0
  let resets = -1
  const stream: TeamStream = openTeamStream({
    teamId: teamId as Parameters<typeof openTeamStream>[0]["teamId"],
    baseUrl,
    cookie: () => cookie,
    onState: (view) => {
      if (view.seq < seq) fault(`went back from ${seq} to ${view.seq}`)
      seq = view.seq
      resets += 1
    },
    onEvents: (events) => {
      for (const event of events) {
        if (event.seq !== seq + 1) fault(`${event.seq} came after ${seq}`)
        seq = event.seq
      }
    },
    onRefused: (problem) => fault(`refused: ${problem.title}`),
  })
  return {
    teamId,
    faults: () => faults,
    seq: () => seq,
    status: () => describe(stream.status()),
    resets: () => resets,
    close: stream.close,
  }
}
