import { createFile, type Folder, openExisting } from "#src/team-volume/folder.ts"
import type { FeedEvent } from "@muster/contracts"

const FILE = "history.ndjson"

/** Length of the history that is there; 0 when there is none that is ours. */
export const historySize = async (folder: Folder): Promise<number> => {
  const file = await openExisting(folder, FILE)
  if (file === undefined) return 0
  try {
    return (await file.stat()).size
  } finally {
    await file.close()
  }
}

/**
 * Puts events after the first `bytes` bytes of `history.ndjson`, one line of JSON each; what stood there of a round that did not
 * end is cut off. Answers with the new length.
 */
export const appendHistory = async (folder: Folder, bytes: number, events: readonly FeedEvent[]): Promise<number> => {
  const existing = bytes === 0 ? undefined : await openExisting(folder, FILE)
  const file = existing ?? (await createFile(folder, FILE))
  try {
    await file.truncate(bytes)
    const lines = Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(""))
    for (let done = 0; done < lines.length;) {
      const { bytesWritten } = await file.write(lines, done, lines.length - done, bytes + done)
      done += bytesWritten
    }
    return bytes + lines.length
  } finally {
    await file.close()
  }
}
