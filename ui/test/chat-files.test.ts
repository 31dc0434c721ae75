import { ATTACHMENT_MAX_BYTES, ATTACHMENTS_MAX } from "@muster/domain"
import { describe, expect, it } from "vitest"
import { fileLink, isPicture } from "#src/team/chat/attach/link.ts"
import { admitted, asFiles, isComplete, sentPercent, wordsFor } from "#src/team/chat/attach/model.ts"
import type { AttachItem } from "#src/team/chat/attach/model.ts"

describe("files beside a message", () => {
  const offered = (size: number, name = "a.txt") => ({ name, size })
  const hash = "a".repeat(64)

  it("are taken up to the limits, in their order, and the others are named with the reason", () => {
    const large = offered(ATTACHMENT_MAX_BYTES + 1, "C:\\\\large.bin")
    const { taken, refused } = admitted(ATTACHMENTS_MAX - 2, [offered(1), large, offered(2), offered(3, "late.txt")])
    expect(taken.map(({ size }) => size)).toEqual([1, 2])
    expect(refused).toEqual([
      { name: "large.bin", reason: "too-large" },
      { name: "late.txt", reason: "too-many" },
    ])
    expect(admitted(0, [offered(ATTACHMENT_MAX_BYTES)]).refused).toEqual([])
  })

  it("hold a message back until all are there: none is left behind in silence", () => {
    const item = (state: AttachItem["state"]): AttachItem => ({ key: "k", name: "a.txt", size: 10, state })
    const file = { sha256: hash, name: "a.txt", mediaType: "text/plain", size: 10 }
    expect(isComplete([item({ kind: "there", file })])).toBe(true)
    for (const state of [
      { kind: "waiting" },
      { kind: "sending", sentBytes: 3 },
      { kind: "failed", reason: "no" },
    ] as const)
      expect(isComplete([item({ kind: "there", file }), item(state)])).toBe(false)
    expect(sentPercent(item({ kind: "sending", sentBytes: 3 }))).toBe(30)
    expect(sentPercent(item({ kind: "waiting" }))).toBeUndefined()
  })

  it("that were kept are read with care", () => {
    const good = { sha256: hash, name: "a.txt", mediaType: "text/plain", size: 1 }
    expect(asFiles([good, { ...good, sha256: "../.." }, null, "x", { ...good, size: "1" }])).toEqual([good])
    expect(asFiles("nonsense")).toBeUndefined()
  })

  it("alone are a message with their names as its words", () => {
    expect(wordsFor([{ name: "a.txt" }, { name: "b.png" }] as never)).toBe("a.txt, b.png")
  })

  it("are read at an address that no name can lead away from", () => {
    expect(fileLink("team", { sha256: hash, name: "../a b?.png" })).toBe(
      `/api/v1/teams/team/files/${hash}?name=..%2Fa%20b%3F.png`,
    )
    expect([isPicture({ mediaType: "image/png" }), isPicture({ mediaType: "image/svg+xml" })]).toEqual([true, false])
  })
})
