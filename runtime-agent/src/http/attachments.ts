import { createHash } from "node:crypto"
import { open } from "node:fs/promises"
import { ControlPlaneAway } from "#src/errors.ts"
import { awayOr, type Stored } from "#src/http/refusal.ts"
import { send } from "#src/http/request.ts"
import { HTTP_BLOB_TIMEOUT_MILLIS } from "#src/limits.ts"

const PRIVATE_FILE_MODE = 0o600

export interface WantedFile {
  /** Where its bytes go; what is there is overwritten. */
  readonly path: string
  readonly sha256: string
  readonly size: number
}

/** Reads a file that came with a task and checks that it is the one. Fails with ControlPlaneAway. */
export const fetchAttachment = async (
  { url, headers }: { readonly url: URL; readonly headers: Readonly<Record<string, string>> },
  { path, sha256, size }: WantedFile,
  signal?: AbortSignal,
): Promise<Stored> => {
  const file = await open(path, "w", PRIVATE_FILE_MODE)
  const hash = createHash("sha256")
  let received = 0
  try {
    const reply = await send({
      method: "GET",
      url,
      headers,
      timeoutMillis: HTTP_BLOB_TIMEOUT_MILLIS,
      ...(signal ? { signal } : {}),
      sink: async (bytes) => {
        for await (const chunk of bytes) {
          received += chunk.length
          if (received > size) throw new ControlPlaneAway({ message: `more than its ${size} bytes came` })
          hash.update(chunk)
          await file.writeFile(chunk)
        }
      },
    })
    if (reply.status !== 200) return awayOr(reply)
    if (hash.digest("hex") !== sha256) throw new ControlPlaneAway({ message: "the bytes are not those of the file" })
    return { kind: "stored", size: received }
  } finally {
    await file.close()
  }
}
