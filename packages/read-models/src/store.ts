import { makeHinter } from "#src/advance/hints.ts"
import { makeNotifier } from "#src/advance/notifier.ts"
import { userRepository } from "#src/app-user/repository.ts"
import { chatRepository } from "#src/chat-message/repository.ts"
import { ownProjection } from "#src/checkpoint/ownership.ts"
import { PROJECTION } from "#src/checkpoint/read.ts"
import { makeReading, openDatabase } from "#src/database.ts"
import { deadLetterRepository } from "#src/dead-letter/repository.ts"
import { feedRepository } from "#src/feed/repository.ts"
import { BUILD_TIMEOUT_MILLIS, READ_CONNECTIONS } from "#src/limits.ts"
import { type LogSink, silentSink } from "#src/log-sink.ts"
import { memberRepository } from "#src/member/repository.ts"
import { needRepository } from "#src/need/repository.ts"
import type { ReadModels } from "#src/port.ts"
import { applyStep } from "#src/projection/apply.ts"
import { beginBuild, indexBuild, resetProjection, swapBuild } from "#src/projection/build.ts"
import { teamFilesSource } from "#src/projection/files.ts"
import { loadState } from "#src/projection/load.ts"
import type { ProjectionStore } from "#src/projection/port.ts"
import { storeDueSnapshots } from "#src/snapshot/due.ts"
import { feedsWithoutSnapshot } from "#src/snapshot/store.ts"
import { systemQueries } from "#src/system.ts"
import { scheduleRepository } from "#src/schedule/repository.ts"
import { taskRepository } from "#src/task/repository.ts"
import { teamRepository } from "#src/team/repository.ts"
import { makeTape } from "#src/tape.ts"
import { makeTeamViewAt } from "#src/team-view-at.ts"

export interface ReadModelsOptions {
  /** Connection string of the application's role. */
  readonly url: string
  readonly log?: LogSink
}

/** Both sides of the read models on one set of connections, so that what one writes wakes who waits on the other. */
export interface OpenReadModels {
  readonly readModels: ReadModels
  readonly projection: ProjectionStore
  /** Open queries get a moment to end; listeners hear no more. */
  readonly close: () => Promise<void>
}

/** Opens the read models in schema `rm`, which `migrateReadModels` has made. Nothing is connected before it is needed. */
export const openReadModels = ({ url, log = silentSink }: ReadModelsOptions): OpenReadModels => {
  // What is written here follows from the log: after a crash of the server the projector makes again what was not on disk.
  const isDurable = false
  const shared = openDatabase({ url, name: "muster-read-models", connections: READ_CONNECTIONS, isDurable })
  // Writing has a connection of its own: no page of a report stands before a commit.
  const writing = openDatabase({ url, name: "muster-projection", connections: 1, isDurable })
  const statementTimeoutMillis = BUILD_TIMEOUT_MILLIS
  const building = openDatabase({
    url,
    name: "muster-projection-build",
    connections: 1,
    isDurable,
    statementTimeoutMillis,
  })
  const reading = makeReading(shared)
  const notifier = makeNotifier({ url, reading, log })
  const hinter = makeHinter(shared, log)

  return {
    readModels: {
      teams: teamRepository(reading),
      members: memberRepository(reading),
      tasks: taskRepository(reading),
      chat: chatRepository(reading),
      users: userRepository(reading),
      deadLetters: deadLetterRepository(reading),
      schedules: scheduleRepository(reading),
      needs: needRepository(reading),
      feed: feedRepository(reading),
      teamViewAt: makeTeamViewAt(reading, log),
      tape: makeTape(reading, log),
      position: notifier.position,
      waitFor: notifier.waitFor,
      onAdvance: notifier.onAdvance,
      system: systemQueries(reading),
    },
    projection: {
      own: (signal) => ownProjection({ url, name: PROJECTION, signal, log }),
      load: (owner, keys) => loadState(shared, owner, keys),
      apply: (owner, step) => applyStep(writing, owner, step),
      reset: (owner, to) => resetProjection(writing, owner, to),
      build: {
        begin: (owner, to) => beginBuild(building, owner, to),
        index: (owner) => indexBuild(building, owner),
        swap: (owner, position) => swapBuild(building, owner, position),
      },
      advanced: (position, feeds) => {
        notifier.advanced(position, feeds)
        hinter.hint()
      },
      snapshots: {
        missing: (everyEvents) => shared.run((sql) => feedsWithoutSnapshot(sql, everyEvents)),
        store: (owner, due) => storeDueSnapshots(shared, owner, due, log),
      },
      files: teamFilesSource(reading),
    },
    close: async () => {
      hinter.close()
      await notifier.close()
      await Promise.all([shared.close(), writing.close(), building.close()])
    },
  }
}
