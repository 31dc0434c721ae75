import type { WriterModule } from "#src/testing/engine.ts"
import { newEvent } from "#src/testing/events.ts"
import { serveProcess } from "#src/testing/process.ts"

/** What the parent sends to start a process that contends with others for the revisions of a few streams. */
export interface ContenderOrder {
  readonly moduleUrl: string
  readonly config: string
  readonly appends: number
  readonly callers: number
  readonly streams: readonly string[]
}

export interface ContenderReport {
  /** The appends that were acknowledged. */
  readonly won: readonly { readonly stream: string; readonly revision: number; readonly id: string }[]
  /** How many met a stream that somebody else had moved on. */
  readonly lost: number
  /** Anything else that was answered. */
  readonly surprises: readonly string[]
}

const contend = async (order: ContenderOrder): Promise<ContenderReport> => {
  const { openStore } = (await import(order.moduleUrl)) as WriterModule
  const store = openStore(order.config)
  const won: { stream: string; revision: number; id: string }[] = []
  const surprises: string[] = []
  /** Where this process believes the streams to be; each begins with an attempt to create it. */
  const known = new Map(order.streams.map((stream) => [stream, 0]))
  let lost = 0
  let started = 0
  const caller = async (): Promise<void> => {
    while (started < order.appends) {
      const stream = order.streams[started % order.streams.length] ?? ""
      started += 1
      const event = newEvent()
      const [verdict] = await store.append([{ stream, expectedRevision: known.get(stream) ?? 0, events: [event] }])
      if (verdict?.ok === true) {
        won.push({ stream, revision: verdict.revision, id: event.id })
        known.set(stream, Math.max(known.get(stream) ?? 0, verdict.revision))
      } else if (verdict?.error._tag === "WrongExpectedRevision") {
        lost += 1
        known.set(stream, Math.max(known.get(stream) ?? 0, verdict.error.actual ?? 0))
      } else surprises.push(verdict?.error.message ?? "no verdict")
    }
  }
  await Promise.all(Array.from({ length: order.callers }, caller))
  await store.close()
  return { won, lost, surprises }
}

serveProcess(contend)
