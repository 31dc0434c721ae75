import { openBlobs } from "@muster/blobs"
import { randomBytes } from "node:crypto"
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { bytesOf, chunks, files, freshBlobs, freshDir, readAll, sha256Of, tree } from "./helpers.ts"

const hello = bytesOf("hello world")
const helloSha = sha256Of(hello)
const helloPath = join("objects", helloSha.slice(0, 2), helloSha.slice(2, 4), helloSha)

describe("put", () => {
  test("names bytes by their SHA-256, whatever the chunks, and gives them back", async () => {
    const { blobs } = await freshBlobs()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 6 }), async (parts) => {
        const whole = Buffer.concat(parts)
        const stored = await blobs.put(chunks(...parts))
        expect(stored).toEqual({ sha256: sha256Of(whole), size: whole.length })
        const opened = await blobs.open(stored.sha256)
        expect(opened?.size).toBe(whole.length)
        expect(await readAll(opened?.stream ?? chunks())).toEqual(whole)
      }),
      { numRuns: 40 },
    )
  })

  test("keeps the same bytes once, also when they come many times at once", async () => {
    const { blobs, dir } = await freshBlobs()
    const all = await Promise.all(Array.from({ length: 20 }, () => blobs.put(chunks(hello))))
    expect(new Set(all.map((one) => one.sha256))).toEqual(new Set([helloSha]))
    expect(files(dir)).toEqual([helloPath])
  })

  test("mends a blob that was damaged on disk when the bytes come again", async () => {
    const { blobs, dir } = await freshBlobs()
    await blobs.put(chunks(hello))
    writeFileSync(join(dir, helloPath), "hel")
    await blobs.put(chunks(hello))
    expect(readFileSync(join(dir, helloPath))).toEqual(Buffer.from(hello))
  })

  test("makes files for the owner alone, and folders too", async () => {
    const { blobs, dir } = await freshBlobs()
    await blobs.put(chunks(hello))
    await blobs.appendOutput({ taskId: crypto.randomUUID(), assignmentId: crypto.randomUUID() }, 0, hello)
    expect(statSync(dir).mode & 0o777).toBe(0o700)
    const all = tree(dir)
    expect(all.filter((entry) => entry.isFile)).toHaveLength(2)
    for (const { mode, isFile } of all) expect(mode).toBe(isFile ? 0o600 : 0o700)
  })

  test("takes exactly maxBytes and refuses one more with BlobTooLarge, leaving nothing", async () => {
    const { blobs, dir } = await freshBlobs()
    await expect(blobs.put(chunks(hello, hello), { maxBytes: 21 })).rejects.toMatchObject({
      _tag: "BlobTooLarge",
      limit: 21,
    })
    expect(files(dir)).toEqual([])
    expect(await blobs.put(chunks(hello, hello), { maxBytes: 22 })).toMatchObject({ size: 22 })
  })

  test("stops reading a source that is too large, and lets it clean up", async () => {
    const { blobs } = await freshBlobs()
    let given = 0
    let cleaned = false
    async function* endless() {
      try {
        for (;;) {
          given += 1
          yield hello
        }
      } finally {
        cleaned = true
      }
    }
    await expect(blobs.put(endless(), { maxBytes: 100 })).rejects.toMatchObject({ _tag: "BlobTooLarge" })
    expect(given).toBe(10)
    expect(cleaned).toBe(true)
  })

  test("refuses bytes with another hash than announced, leaving nothing", async () => {
    const { blobs, dir } = await freshBlobs()
    const expected = sha256Of(bytesOf("something else"))
    await expect(blobs.put(chunks(hello), { expectedSha256: expected })).rejects.toMatchObject({
      _tag: "BlobHashMismatch",
      expected,
      actual: helloSha,
    })
    expect(files(dir)).toEqual([])
    expect(await blobs.put(chunks(hello), { expectedSha256: helloSha })).toEqual({ sha256: helloSha, size: 11 })
  })

  test("passes an error of the source on as it is, leaving nothing", async () => {
    const { blobs, dir } = await freshBlobs()
    const broken = new RangeError("the upload broke off")
    async function* breaking() {
      yield hello
      await Promise.reject(broken)
    }
    await expect(blobs.put(breaking())).rejects.toBe(broken)
    expect(files(dir)).toEqual([])
  })
})

describe("open", () => {
  test("gives the bytes of a range, end exclusive, as slice does", async () => {
    const { blobs } = await freshBlobs()
    const bytes = randomBytes(200_000)
    const { sha256 } = await blobs.put(chunks(bytes))
    const range = fc.record({ start: fc.nat(bytes.length), length: fc.nat(bytes.length) })
    await fc.assert(
      fc.asyncProperty(range, async ({ start, length }) => {
        const opened = await blobs.open(sha256, { start, end: start + length })
        expect(opened?.size).toBe(bytes.length)
        expect((await readAll(opened?.stream ?? chunks())).equals(bytes.subarray(start, start + length))).toBe(true)
      }),
      { numRuns: 60 },
    )
    const rest = await blobs.open(sha256, { start: bytes.length - 5 })
    expect(await readAll(rest?.stream ?? chunks())).toEqual(bytes.subarray(-5))
  })

  test.each([{ start: -1 }, { start: 12 }, { start: 3, end: 2 }, { start: 0.5 }, { start: Number.NaN }])(
    "refuses the range %o with the size of the blob",
    async (range) => {
      const { blobs } = await freshBlobs()
      await blobs.put(chunks(hello))
      await expect(blobs.open(helloSha, range)).rejects.toMatchObject({ _tag: "BlobRangeInvalid", size: 11 })
    },
  )

  test("is undefined for a blob that is not there", async () => {
    const { blobs } = await freshBlobs()
    expect(await blobs.open(helloSha)).toBeUndefined()
  })

  test.each(["", "../../etc/passwd", helloSha.toUpperCase(), `${helloSha}/`, `${helloSha}\n`, helloSha.slice(1), "\0"])(
    "refuses the key %j",
    async (key) => {
      const { blobs } = await freshBlobs()
      await expect(blobs.open(key)).rejects.toMatchObject({ _tag: "BadBlobKey", what: "sha256" })
      await expect(blobs.put(chunks(hello), { expectedSha256: key })).rejects.toMatchObject({ _tag: "BadBlobKey" })
    },
  )
})

describe("links", () => {
  test("in the place of a blob are not followed", async () => {
    const { blobs, dir } = await freshBlobs()
    const secret = join(freshDir(), "secret")
    writeFileSync(secret, hello)
    await blobs.put(chunks(hello))
    rmSync(join(dir, helloPath))
    symlinkSync(secret, join(dir, helloPath))
    await expect(blobs.open(helloSha)).rejects.toMatchObject({ _tag: "BlobStorageFailed", code: "ELOOP" })
    await blobs.put(chunks(hello))
    expect(await readAll((await blobs.open(helloSha))?.stream ?? chunks())).toEqual(Buffer.from(hello))
    expect(readFileSync(secret)).toEqual(Buffer.from(hello))
  })

  test("in the place of a folder are not followed", async () => {
    const { blobs, dir } = await freshBlobs()
    const elsewhere = freshDir()
    symlinkSync(elsewhere, join(dir, "objects"))
    await expect(blobs.put(chunks(hello))).rejects.toMatchObject({ _tag: "BlobStorageFailed", code: "ENOTDIR" })
    await expect(blobs.open(helloSha)).rejects.toMatchObject({ _tag: "BlobStorageFailed", code: "ENOTDIR" })
    expect(files(elsewhere)).toEqual([])
  })

  test("in the place of the directory itself are refused at the start", async () => {
    const dir = join(freshDir(), "link")
    symlinkSync(freshDir(), dir)
    await expect(openBlobs({ dir })).rejects.toMatchObject({ _tag: "BlobStorageFailed", code: "ENOTDIR" })
  })
})

describe("a start after a crash", () => {
  test("removes what was half written and keeps what was finished", async () => {
    const { blobs, dir } = await freshBlobs()
    await blobs.put(chunks(hello))
    writeFileSync(join(dir, "tmp", "left-over"), "half of it")
    mkdirSync(join(dir, "tmp", "folder"))
    const again = await openBlobs({ dir })
    expect(files(dir)).toEqual([helloPath])
    const opened = await again.open(helloSha)
    expect(await readAll(opened?.stream ?? chunks())).toEqual(Buffer.from(hello))
  })
})

describe("a failing disk", () => {
  test("shows as BlobStorageFailed with the system's code", async () => {
    const { blobs, dir } = await freshBlobs()
    rmSync(join(dir, "tmp"), { recursive: true })
    writeFileSync(join(dir, "tmp"), "no folder")
    await expect(blobs.put(chunks(hello))).rejects.toMatchObject({ _tag: "BlobStorageFailed", code: "ENOTDIR" })
    rmSync(join(dir, "tmp"))
    expect(await blobs.put(chunks(hello))).toMatchObject({ size: 11 })
  })

  test("is found at the start when the directory cannot be made", async () => {
    const file = join(freshDir(), "file")
    writeFileSync(file, "")
    await expect(openBlobs({ dir: join(file, "blobs") })).rejects.toMatchObject({
      _tag: "BlobStorageFailed",
      code: "ENOTDIR",
    })
  })
})
