import { SNAPSHOT_ZSTD_LEVEL } from "#src/limits.ts"
import type { TeamView } from "@muster/contracts"
import { promisify } from "node:util"
import { constants, zstdCompress, zstdDecompress } from "node:zlib"

// Both work beside the first thread: a long history must not hold up what else the process does.
const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)
const options = { params: { [constants.ZSTD_c_compressionLevel]: SNAPSHOT_ZSTD_LEVEL } }

/** A team view as it is stored. */
export const packView = (view: TeamView): Promise<Buffer> => compress(JSON.stringify(view), options)

/** The JSON text of a team view that was stored. Rejects with what the decoder says of bytes that are none. */
export const textOfView = async (stored: Uint8Array): Promise<string> => (await decompress(stored)).toString("utf8")

/** A team view that was stored. Rejects like `textOfView`. */
export const unpackView = async (stored: Uint8Array): Promise<TeamView> =>
  JSON.parse(await textOfView(stored)) as TeamView
