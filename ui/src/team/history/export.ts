import type { HistoryQuery } from "@muster/contracts"
import { reads } from "#src/api/reads.ts"

export interface ExportRequest {
  readonly team: string
  /** Feed numbers; absent: from the beginning, up to the newest. */
  readonly first?: number
  readonly last?: number
  readonly query?: HistoryQuery
}

/** The end of the stream did not come: what is there is not what was asked for. */
export class ExportCut extends Error {
  readonly _tag = "ExportCut"
  constructor(options?: ErrorOptions) {
    super("the export ended before its last line", options)
  }
}

export interface ExportedFile {
  readonly blob: Blob
  readonly events: number
}

const NEWLINE = 10
const HEAD_LINES = 2

/**
 * Reads an export to its last line. Rejects with ExportCut, or as a read of the client does.
 * @param onEvents told how many events have come
 */
export async function readExport(
  { team, first, last, query = {} }: ExportRequest,
  signal: AbortSignal,
  onEvents: (events: number) => void,
): Promise<ExportedFile> {
  const response = await reads.exportHistory({
    params: { team },
    query: {
      ...query,
      ...(first === undefined ? {} : { first }),
      ...(last === undefined ? {} : { last }),
    },
    signal,
  })
  const parts: Array<Uint8Array<ArrayBuffer>> = []
  let lines = 0
  const reader = response.body?.getReader()
  if (reader === undefined) throw new ExportCut()
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new ExportCut({ cause })
    })
    if (done) break
    parts.push(new Uint8Array(value))
    for (const byte of value) if (byte === NEWLINE) lines += 1
    onEvents(Math.max(0, lines - HEAD_LINES))
  }
  const blob = new Blob(parts, { type: "application/x-ndjson" })
  return { blob, events: countIn(await blob.slice(-END_BYTES).text()) }
}

/** What the last line says. Without it the stream was cut off. */
function countIn(tail: string): number {
  const found = /\{"line":"end","events":(\d+)\}\n$/.exec(tail)
  if (found === null) throw new ExportCut()
  return Number(found[1])
}

/** More than the last line of an export takes. */
const END_BYTES = 200

/** Hands a file to the browser's downloads. */
export function saveAs(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement("a")
  link.href = url
  link.download = name
  link.click()
  // The download has begun with the click; the address is not needed after this turn.
  setTimeout(() => URL.revokeObjectURL(url), 0)
}
