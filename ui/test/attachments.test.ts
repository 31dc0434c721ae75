import { ClientUnreachable } from "@muster/client"
import { createRoot } from "solid-js"
import { beforeEach, describe, expect, it } from "vitest"
import type { Upload, UploadOptions } from "#src/api/upload.ts"
import { UPLOADS_AT_ONCE } from "#src/limits.ts"
import { createDropTarget } from "#src/team/chat/attach/drop.ts"
import { createAttachments } from "#src/team/chat/attach/store.ts"
import type { Attachments } from "#src/team/chat/attach/store.ts"
import { createReadMark } from "#src/team/chat/read-mark.ts"

interface Running extends UploadOptions {
  readonly name: string
  readonly finish: () => void
  readonly fail: () => void
}

/** Uploads that end when the test says so. */
const scripted = () => {
  const running: Array<Running> = []
  const upload: Upload = (_team, file, name, options) =>
    new Promise((resolve, reject) => {
      const fail = () => reject(new ClientUnreachable({ idempotencyKey: options.idempotencyKey, cause: "cut" }))
      options.signal.addEventListener("abort", fail)
      const uploaded = { sha256: "a".repeat(64), name, mediaType: "text/plain", size: file.size, position: "9" }
      running.push({ ...options, name, fail, finish: () => resolve(uploaded as never) })
    })
  return { running, upload }
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 0))
const file = (name: string) => new File(["bytes"], name)
const states = (attachments: Attachments) => attachments.items().map(({ name, state }) => [name, state.kind])

beforeEach(() => localStorage.clear())

describe("files that are uploaded beside a message", () => {
  const open = (upload: Upload) =>
    createRoot((dispose) => ({ dispose, attachments: createAttachments("team", "team", upload) }))

  it("leave a few at a time, tell how far they are, and are kept over a reload once they are there", async () => {
    const { running, upload } = scripted()
    const first = open(upload)
    first.attachments.add([file("a.txt"), file("b.txt"), file("c.txt")])
    expect(running).toHaveLength(UPLOADS_AT_ONCE)
    running[0]?.onProgress(3)
    expect(first.attachments.items()[0]?.state).toEqual({ kind: "sending", sentBytes: 3 })
    running[0]?.finish()
    await settle()
    expect(states(first.attachments)).toEqual([
      ["a.txt", "there"],
      ["b.txt", "sending"],
      ["c.txt", "sending"],
    ])
    first.dispose()
    expect(running.map(({ signal }) => signal.aborted)).toEqual([false, true, true])
    expect(states(open(upload).attachments)).toEqual([["a.txt", "there"]])
  })

  it("can be taken back on their way, and make room for the next", async () => {
    const { running, upload } = scripted()
    const { attachments } = open(upload)
    attachments.add([file("a.txt"), file("b.txt"), file("c.txt")])
    attachments.remove(attachments.items()[0]?.key ?? "")
    await settle()
    expect(running[0]?.signal.aborted).toBe(true)
    expect(states(attachments)).toEqual([
      ["b.txt", "sending"],
      ["c.txt", "sending"],
    ])
  })

  it("of a message are taken over as they are, each once", () => {
    const { attachments } = open(scripted().upload)
    const there = { sha256: "b".repeat(64), name: "of-a-message.txt", mediaType: "text/plain", size: 5 }
    attachments.adopt([there])
    attachments.adopt([there])
    expect(attachments.files()).toEqual([there])
  })

  it("that failed say why and are sent again under the same key", async () => {
    const { running, upload } = scripted()
    const { attachments } = open(upload)
    attachments.add([file("a.txt")])
    running[0]?.fail()
    await settle()
    expect(attachments.items()[0]?.state).toMatchObject({ kind: "failed" })
    expect(attachments.isComplete()).toBe(false)
    attachments.retry(attachments.items()[0]?.key ?? "")
    expect(running[1]?.idempotencyKey).toBe(running[0]?.idempotencyKey)
    running[1]?.finish()
    await settle()
    expect(attachments.isComplete()).toBe(true)
    attachments.clear()
    expect(open(upload).attachments.items()).toEqual([])
  })
})

describe("how far a chat was read", () => {
  const open = () => createRoot(() => createReadMark("team"))
  const fromElsewhere = (value: unknown) => {
    localStorage.setItem("muster.chat.read.team", JSON.stringify(value))
    window.dispatchEvent(new StorageEvent("storage", { key: "muster.chat.read.team" }))
  }

  it("never goes back, and is kept", () => {
    const mark = open()
    expect(mark.value()).toBeUndefined()
    mark.advance("100")
    mark.advance("99")
    expect([mark.value(), open().value()]).toEqual(["100", "100"])
  })

  it("follows another page of the browser that has read further, and no nonsense", () => {
    const mark = open()
    mark.advance("100")
    fromElsewhere("120")
    expect(mark.value()).toBe("120")
    fromElsewhere("7")
    fromElsewhere({ not: "a mark" })
    expect(mark.value()).toBe("120")
  })
})

describe("a place to drop files on", () => {
  const dragged = (types: ReadonlyArray<string>, files: ReadonlyArray<File> = []) => {
    const event = {
      dataTransfer: { types, files },
      isPrevented: false,
      preventDefault: () => (event.isPrevented = true),
    }
    return event as typeof event & DragEvent
  }
  const open = (isAllowed = true) => {
    const taken: Array<string> = []
    const target = createRoot(() =>
      createDropTarget(
        () => isAllowed,
        (files) => taken.push(...files.map(({ name }) => name)),
      ),
    )
    return { ...target, taken }
  }

  it("says that it takes them while they are held over anything in it, and takes them once", () => {
    const { handlers, isOver, taken } = open()
    handlers.onDragEnter(dragged(["Files"]))
    handlers.onDragEnter(dragged(["Files"]))
    handlers.onDragLeave(dragged(["Files"]))
    expect(isOver()).toBe(true)
    const drop = dragged(["Files"], [file("a.txt")])
    handlers.onDrop(drop)
    expect([isOver(), taken, drop.isPrevented]).toEqual([false, ["a.txt"], true])
  })

  it("leaves everything else to the browser, and takes nothing where one may not write", () => {
    const text = dragged(["text/plain"])
    const ours = open()
    ours.handlers.onDragOver(text)
    ours.handlers.onDrop(text)
    expect([text.isPrevented, ours.isOver(), ours.taken]).toEqual([false, false, []])
    const closed = open(false)
    const files = dragged(["Files"], [file("a.txt")])
    closed.handlers.onDragOver(files)
    closed.handlers.onDrop(files)
    expect([files.isPrevented, closed.taken]).toEqual([false, []])
  })
})
