import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import { createReadStream, createWriteStream } from "node:fs"
import { once } from "node:events"
import { pipeline } from "node:stream/promises"
import { fileURLToPath } from "node:url"
import { extract, pack } from "tar-stream"
import {
  type BackupHeader,
  type BackupManifest,
  type FileRecord,
  HEADER_NAME,
  MANIFEST_NAME,
} from "#src/backup/documents.ts"
import { waitFor } from "../harness/index.ts"
import { dumpCarried, type Place } from "./place.ts"

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url))
const SETTLE_TIMEOUT_MILLIS = 30_000

/** A copy of a backup whose header says something else, and whose manifest agrees. */
export const rewriteHeader = async (
  from: string,
  to: string,
  change: (header: BackupHeader) => BackupHeader,
): Promise<void> => {
  const entries = extract()
  const changed = pack()
  const written = pipeline(changed, createWriteStream(to))
  let header: FileRecord | undefined
  createReadStream(from).pipe(entries)
  for await (const entry of entries) {
    const parts: Buffer[] = []
    for await (const chunk of entry) parts.push(chunk as Buffer)
    const bytes = Buffer.concat(parts)
    const { name } = entry.header
    let content = bytes
    if (name === HEADER_NAME) {
      content = Buffer.from(JSON.stringify(change(JSON.parse(bytes.toString()) as BackupHeader)))
      header = { name, size: content.length, sha256: createHash("sha256").update(content).digest("hex") }
    } else if (name === MANIFEST_NAME) {
      const manifest = JSON.parse(bytes.toString().split("\n")[0] ?? "") as BackupManifest
      const others = manifest.files.filter((record) => record.name !== HEADER_NAME)
      content = Buffer.from(JSON.stringify({ ...manifest, files: [header, ...others] }))
    }
    await once(changed.entry({ name }, content), "finish")
  }
  changed.finalize()
  await written
}

/** The events once the server has noticed that a killed restore is gone. */
export const eventsAfterKill = async (place: Place): Promise<readonly string[]> => {
  await waitFor(
    "the session of the killed restore has ended",
    async () => {
      const [row] = await place.sql<{ sessions: number }[]>`
        select count(*)::int as sessions from pg_stat_activity where application_name = 'muster-restore'`
      return row?.sessions === 0 ? true : undefined
    },
    SETTLE_TIMEOUT_MILLIS,
  )
  return (await dumpCarried(place))["es.events"] ?? []
}

/** Starts the product on a data directory and waits until it has ended by itself. */
export const startOn = (dataDir: string): Promise<{ readonly code: number; readonly said: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, MUSTER_DATA_DIR: dataDir, MUSTER_PORT: "0" }
    execFile(process.execPath, [MAIN], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, said: stdout + stderr })
    })
  })
