import type { AppendVerdict } from "#src/port.ts"
import type { WriterModule } from "#src/testing/engine.ts"
import { newEvents, newStream } from "#src/testing/events.ts"
import { serveProcess } from "#src/testing/process.ts"

/** What the parent sends to start a writer process. The configuration may hold a password: it never stands on a command line. */
export interface WriterOrder {
  readonly moduleUrl: string
  readonly config: string
  readonly appends: number
  readonly callers: number
  /** Streams that all writers write to, besides new ones of their own. */
  readonly sharedStreams: readonly string[]
}

/** What a writer process answers: what was acknowledged, and what it was refused with. */
export interface WriterReport {
  readonly acknowledged: readonly string[]
  readonly refused: readonly string[]
}

const write = async (order: WriterOrder): Promise<WriterReport> => {
  const { openStore } = (await import(order.moduleUrl)) as WriterModule
  const store = openStore(order.config)
  const acknowledged: string[] = []
  const refused: string[] = []
  let started = 0
  const caller = async (): Promise<void> => {
    while (started < order.appends) {
      const turn = started
      started += 1
      const shared = order.sharedStreams[turn % (order.sharedStreams.length * 2)]
      const events = newEvents(1 + (turn % 3))
      const [verdict]: readonly (AppendVerdict | undefined)[] = await store.append([
        shared === undefined
          ? { stream: newStream(), expectedRevision: 0, events }
          : { stream: shared, expectedRevision: "any", events },
      ])
      if (verdict?.ok === true) acknowledged.push(...events.map((event) => event.id))
      else refused.push(verdict?.error.message ?? "no verdict")
    }
  }
  await Promise.all(Array.from({ length: order.callers }, caller))
  await store.close()
  return { acknowledged, refused }
}

serveProcess(write)
