import { batch, createSignal, onCleanup } from "solid-js"
import type { Accessor } from "solid-js"
import { failureOf } from "#src/api/failure.ts"
import type { Failure } from "#src/api/failure.ts"
import { reads } from "#src/api/reads.ts"
import { OUTPUT_CHUNK_BYTES, OUTPUT_TAIL_BYTES } from "#src/limits.ts"
import { appendText, noLines } from "#src/team/task/output-lines.ts"
import type { OutputLines } from "#src/team/task/output-lines.ts"

const SIZE_HEADER = "muster-output-size"

export interface OutputChunk {
  readonly bytes: Uint8Array
  /** Bytes that there are in all. */
  readonly size: number
}

export interface OutputPort {
  readonly read: (offset: number, limit: number) => Promise<OutputChunk>
}

/** The output of one assignment, read by offset over HTTP. */
export const outputPort = (team: string, task: string, assignment: string): OutputPort => ({
  read: async (offset, limit) => {
    const response = await reads.readOutput({ params: { team, task }, query: { assignment, offset, limit } })
    const bytes = new Uint8Array(await response.arrayBuffer())
    return { bytes, size: Number(response.headers.get(SIZE_HEADER) ?? offset + bytes.length) }
  },
})

export interface OutputReader {
  readonly output: Accessor<OutputLines>
  readonly size: Accessor<number>
  /** Bytes before the first line that was read. */
  readonly skipped: Accessor<number>
  readonly isLoaded: Accessor<boolean>
  readonly failure: Accessor<Failure | undefined>
  /** Reads what is new since the last time. Safe to call at any moment, any number of times. */
  readonly follow: () => void
  /** Reads it anew from the beginning. */
  readonly readAll: () => void
  /** Every byte, for saving. */
  readonly download: () => Promise<Blob>
}

const NEWLINE = 10

/** Follows an output that grows. What was read is never read again; a notice that got lost is made good by the next. */
export function createOutputReader(port: OutputPort): OutputReader {
  const [output, setOutput] = createSignal<OutputLines>(noLines)
  const [size, setSize] = createSignal(0)
  const [skipped, setSkipped] = createSignal(0)
  const [isLoaded, setLoaded] = createSignal(false)
  const [failure, setFailure] = createSignal<Failure>()
  let decoder = new TextDecoder()
  let offset: number | undefined
  let isReading = false
  let isAskedAgain = false
  let isGone = false
  onCleanup(() => (isGone = true))

  const take = (chunk: OutputChunk, from: number) => {
    let { bytes } = chunk
    // The tail may begin in the middle of a line, even of a letter: it is shown from its first whole line.
    if (from > 0 && offset === undefined) {
      const line = bytes.indexOf(NEWLINE) + 1
      bytes = bytes.subarray(line)
      setSkipped(from + line)
    }
    offset = from + chunk.bytes.length
    setSize(chunk.size)
    setOutput(appendText(output(), decoder.decode(bytes, { stream: true })))
  }
  const begin = async () => {
    const probe = await port.read(0, 1)
    const from = Math.max(0, probe.size - OUTPUT_TAIL_BYTES)
    const chunk = await port.read(from, OUTPUT_CHUNK_BYTES)
    batch(() => take(chunk, from))
  }
  const goOn = async () => {
    for (;;) {
      const from = offset ?? 0
      // Each part begins where the one before ended.
      // eslint-disable-next-line no-await-in-loop
      const chunk = await port.read(from, OUTPUT_CHUNK_BYTES)
      if (isGone) return
      batch(() => take(chunk, from))
      if (chunk.bytes.length === 0 || from + chunk.bytes.length >= chunk.size) return
    }
  }
  const follow = async () => {
    if (isReading) {
      isAskedAgain = true
      return
    }
    isReading = true
    try {
      if (offset === undefined) await begin()
      await goOn()
      setFailure(undefined)
    } catch (error) {
      setFailure(failureOf(error))
    } finally {
      isReading = false
      setLoaded(true)
    }
    if (isAskedAgain && !isGone) {
      isAskedAgain = false
      await follow()
    }
  }

  return {
    output,
    size,
    skipped,
    isLoaded,
    failure,
    follow: () => void follow(),
    readAll: () => {
      if (isReading) return
      batch(() => {
        decoder = new TextDecoder()
        offset = 0
        setOutput(noLines)
        setSkipped(0)
      })
      void follow()
    },
    download: async () => {
      const parts: Array<Uint8Array<ArrayBuffer>> = []
      for (let from = 0; ;) {
        // eslint-disable-next-line no-await-in-loop
        const chunk = await port.read(from, OUTPUT_CHUNK_BYTES)
        parts.push(new Uint8Array(chunk.bytes))
        from += chunk.bytes.length
        if (chunk.bytes.length === 0 || from >= chunk.size) return new Blob(parts, { type: "text/plain" })
      }
    },
  }
}
