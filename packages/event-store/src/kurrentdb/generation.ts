import { LogUnavailable } from "#src/errors.ts"
import { collect } from "#src/kurrentdb/collect.ts"
import { GENERATION_STREAM } from "#src/kurrentdb/events.ts"
import { faultOf, KurrentFault } from "#src/kurrentdb/faults.ts"
import { makeSessions } from "#src/kurrentdb/sessions.ts"
import { send } from "#src/kurrentdb/send.ts"
import { CLOSE_TIMEOUT_SECONDS } from "#src/limits.ts"
import { BACKWARDS, END, type EventStoreDBClient, jsonEvent } from "@eventstore/db-client"
import { v7 } from "uuid"

const MILLIS_PER_SECOND = 1000

interface Newest {
  readonly generation: string
  /** How many there have been. */
  readonly count: number
}

const newest = async (client: EventStoreDBClient, signal?: AbortSignal): Promise<Newest | undefined> => {
  const options = { fromRevision: END, direction: BACKWARDS, maxCount: 1, requiresLeader: true } as const
  const [record] = await collect(client.readStream(GENERATION_STREAM, options), signal)
  if (record === undefined) return undefined
  const { data, revision = 0n } = record.event ?? {}
  if (typeof data === "object" && "generation" in data && typeof data.generation === "string")
    return { generation: data.generation, count: Number(revision) + 1 }
  throw new KurrentFault({ kind: "misconfigured", code: `${GENERATION_STREAM} holds no generation` })
}

/** Begins a generation after so many others (of ours: 0 = none); undefined when somebody else was first. */
const begin = async (client: EventStoreDBClient, before: number): Promise<string | undefined> => {
  const generation = v7()
  const event = jsonEvent({ id: v7(), type: "GenerationBegun", data: { generation } })
  const sent = await send(client, GENERATION_STREAM, [event], before)
  return sent.ok ? generation : undefined
}

/** The generation of the log; whoever asks first begins it. Two that ask first at once agree: only one can make the stream. */
export const currentGeneration = async (client: EventStoreDBClient, signal?: AbortSignal): Promise<string> => {
  const known = await newest(client, signal)
  if (known !== undefined) return known.generation
  const begun = (await begin(client, 0)) ?? (await newest(client, signal))?.generation
  if (begun === undefined) throw new KurrentFault({ kind: "lost", code: "the generation cannot be read yet" })
  return begun
}

/**
 * Gives the log a new generation, with all services stopped: the last step of bringing a server's data back from a copy.
 * Positions after the copy are used again, so every cursor of the old generation has to be refused. Returns the new one.
 * Rejects with `LogUnavailable`; a second try after that may begin one more generation, which does no harm.
 */
export const rotateKurrentGeneration = async (url: string): Promise<string> => {
  const sessions = makeSessions(url)
  try {
    return await sessions.use(async (client) => {
      const rotated = await begin(client, (await newest(client))?.count ?? 0)
      if (rotated === undefined) throw new KurrentFault({ kind: "lost", code: "somebody else rotates the generation" })
      return rotated
    })
  } catch (error) {
    throw new LogUnavailable({ cause: faultOf(error) })
  } finally {
    await sessions.close(CLOSE_TIMEOUT_SECONDS * MILLIS_PER_SECOND)
  }
}
