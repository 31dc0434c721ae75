import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { bytesOf, files, freshBlobs, freshDir, newKey } from "./helpers.ts"

const empty = new Uint8Array()
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

describe("the output of an assignment", () => {
  test("grows by the chunks that come, and is read in parts", async () => {
    const { blobs } = await freshBlobs()
    const key = newKey()
    expect(await blobs.appendOutput(key, 0, bytesOf("one "))).toEqual({ size: 4, appended: 4 })
    expect(await blobs.appendOutput(key, 4, bytesOf("two"))).toEqual({ size: 7, appended: 3 })
    const read = async (range?: { start: number; limit?: number }) => {
      const { size, bytes } = await blobs.readOutput(key, range)
      return [size, textOf(bytes)]
    }
    expect(await read()).toEqual([7, "one two"])
    expect(await read({ start: 4 })).toEqual([7, "two"])
    expect(await read({ start: 2, limit: 3 })).toEqual([7, "e t"])
    expect(await read({ start: 7 })).toEqual([7, ""])
    expect(await read({ start: 99 })).toEqual([7, ""])
  })

  test("is empty when nobody wrote it, and reading makes no file", async () => {
    const { blobs, dir } = await freshBlobs()
    expect(await blobs.readOutput(newKey())).toEqual({ size: 0, bytes: empty })
    expect(files(dir)).toEqual([])
  })

  test("of one assignment is not that of another", async () => {
    const { blobs } = await freshBlobs()
    const [key, other] = [newKey(), newKey()]
    const second = { taskId: key.taskId, assignmentId: other.assignmentId }
    await blobs.appendOutput(key, 0, bytesOf("first"))
    await blobs.appendOutput(second, 0, bytesOf("again"))
    expect(textOf((await blobs.readOutput(key)).bytes)).toBe("first")
    expect(textOf((await blobs.readOutput(second)).bytes)).toBe("again")
    expect((await blobs.readOutput(other)).size).toBe(0)
  })

  test("skips what is stored already: a chunk sent again, or one that overlaps", async () => {
    const { blobs } = await freshBlobs()
    const key = newKey()
    await blobs.appendOutput(key, 0, bytesOf("hello"))
    expect(await blobs.appendOutput(key, 0, bytesOf("hello"))).toEqual({ size: 5, appended: 0 })
    expect(await blobs.appendOutput(key, 2, bytesOf("llo world"))).toEqual({ size: 11, appended: 6 })
    expect(await blobs.appendOutput(key, 1, bytesOf("XX"))).toEqual({ size: 11, appended: 0 })
    expect(await blobs.appendOutput(key, 11, empty)).toEqual({ size: 11, appended: 0 })
    expect(textOf((await blobs.readOutput(key)).bytes)).toBe("hello world")
  })

  test("has no holes: a chunk beyond the end is refused with the size to go on from", async () => {
    const { blobs } = await freshBlobs()
    const key = newKey()
    await blobs.appendOutput(key, 0, bytesOf("hello"))
    await expect(blobs.appendOutput(key, 6, bytesOf("x"))).rejects.toMatchObject({ _tag: "OutputGap", size: 5 })
    await expect(blobs.appendOutput(newKey(), 1, bytesOf("x"))).rejects.toMatchObject({ _tag: "OutputGap", size: 0 })
    expect((await blobs.readOutput(key)).size).toBe(5)
  })

  test("ends at its limit: a chunk that goes beyond is refused whole", async () => {
    const { blobs } = await freshBlobs({ outputMaxBytes: 10 })
    const key = newKey()
    await blobs.appendOutput(key, 0, bytesOf("12345678"))
    await expect(blobs.appendOutput(key, 8, bytesOf("abc"))).rejects.toMatchObject({
      _tag: "OutputTooLarge",
      limit: 10,
      size: 8,
    })
    expect(await blobs.appendOutput(key, 6, bytesOf("78ab"))).toEqual({ size: 10, appended: 2 })
    expect(await blobs.appendOutput(key, 0, bytesOf("12345678ab"))).toEqual({ size: 10, appended: 0 })
  })

  test("is the true output, whatever pieces of it come, how often, and how many at once", async () => {
    const { blobs } = await freshBlobs()
    const text = Uint8Array.from({ length: 300 }, (_, index) => index % 251)
    const piece = fc.record({ offset: fc.nat(320), length: fc.nat(120) })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(piece, { maxLength: 5 }), { maxLength: 8 }), async (rounds) => {
        const key = newKey()
        let modelled = 0
        for (const round of rounds) {
          const expected = round.map(({ offset, length }) => {
            const end = Math.min(offset + length, text.length)
            if (offset > modelled) return `gap at ${modelled}`
            const before = modelled
            modelled = Math.max(modelled, end)
            return { size: modelled, appended: modelled - before }
          })
          // All of a round at once: one key takes them one after the other, in the order of the calls.
          const answers = await Promise.all(
            round.map(({ offset, length }) =>
              blobs
                .appendOutput(key, offset, text.subarray(Math.min(offset, 300), Math.min(offset + length, 300)))
                .catch((error: { _tag: string; size: number }) => `gap at ${error.size}`),
            ),
          )
          expect(answers).toEqual(expected)
        }
        const { size, bytes } = await blobs.readOutput(key)
        expect(size).toBe(modelled)
        expect(Buffer.from(bytes).equals(text.subarray(0, modelled))).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses %d as an offset", async (offset) => {
    const { blobs } = await freshBlobs()
    await expect(blobs.appendOutput(newKey(), offset, bytesOf("x"))).rejects.toMatchObject({ _tag: "BlobRangeInvalid" })
    await expect(blobs.readOutput(newKey(), { start: offset })).rejects.toMatchObject({ _tag: "BlobRangeInvalid" })
    await expect(blobs.readOutput(newKey(), { start: 0, limit: offset })).rejects.toMatchObject({
      _tag: "BlobRangeInvalid",
    })
  })

  test.each([
    "",
    "..",
    "../../../etc",
    "a/b",
    "0191F0A0-0000-7000-8000-000000000000",
    "0191f0a0-0000-7000-8000-000000000000\n",
  ])("refuses %j in a key", async (bad) => {
    const { blobs, dir } = await freshBlobs()
    const key = newKey()
    const taskId = { ...key, taskId: bad }
    const assignmentId = { ...key, assignmentId: bad }
    await expect(blobs.appendOutput(taskId, 0, bytesOf("x"))).rejects.toMatchObject({
      _tag: "BadBlobKey",
      what: "taskId",
    })
    await expect(blobs.readOutput(assignmentId)).rejects.toMatchObject({ _tag: "BadBlobKey", what: "assignmentId" })
    expect(files(dir)).toEqual([])
  })

  test("does not follow a link, and a failure of one chunk does not stop the next", async () => {
    const { blobs, dir } = await freshBlobs()
    const key = newKey()
    const path = join(dir, "output", key.taskId.slice(-2), key.taskId, key.assignmentId)
    const secret = join(freshDir(), "secret")
    writeFileSync(secret, "secret")
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(secret, path)
    const failed = blobs.appendOutput(key, 0, bytesOf("x"))
    await expect(failed).rejects.toMatchObject({ _tag: "BlobStorageFailed", code: "ELOOP" })
    await expect(blobs.readOutput(key)).rejects.toMatchObject({ _tag: "BlobStorageFailed", code: "ELOOP" })
    rmSync(path)
    mkdirSync(path)
    await expect(blobs.appendOutput(key, 0, bytesOf("x"))).rejects.toMatchObject({
      _tag: "BlobStorageFailed",
      code: "EISDIR",
    })
    rmSync(path, { recursive: true })
    expect(await blobs.appendOutput(key, 0, bytesOf("x"))).toEqual({ size: 1, appended: 1 })
  })
})
