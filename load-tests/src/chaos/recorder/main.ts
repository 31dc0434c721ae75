// The recorder: appends what comes on its input to a file and says, once it is on the disk, how many lines there are. A process of its
// own, which is never struck: what clients were told must not depend on anything that is under test.
import { open } from "node:fs/promises"

const [path = ""] = process.argv.slice(2)
const NEWLINE = 0x0a

const file = await open(path, "a", 0o600)
let lines = 0
for await (const piece of process.stdin) {
  const bytes = piece as Buffer
  await file.writeFile(bytes)
  await file.datasync()
  for (const byte of bytes) if (byte === NEWLINE) lines += 1
  process.stdout.write(`${lines}\n`)
}
await file.close()
