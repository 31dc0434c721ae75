import { createRoot } from "solid-js"
import { describe, expect, it, vi } from "vitest"
import { ClientUnreachable } from "@muster/client"
import { OUTPUT_LINE_MAX_CHARS, OUTPUT_LINES_MAX, OUTPUT_TAIL_BYTES } from "#src/limits.ts"
import { appendText, noLines, textOf } from "#src/team/task/output-lines.ts"
import { createOutputReader } from "#src/team/task/output-reader.ts"
import type { OutputPort } from "#src/team/task/output-reader.ts"

const lines = (...parts: ReadonlyArray<string>) => parts.reduce(appendText, noLines).lines.map((line) => line.text)

describe("lines of output", () => {
  it("go on where the text before them ended", () => {
    expect(lines("one\ntw", "o\nthree\n", "four")).toEqual(["one", "two", "three", "four"])
  })

  it("keep their identity while more comes", () => {
    const before = appendText(noLines, "one\ntwo\n")
    expect(appendText(before, "three\n").lines[0]).toBe(before.lines[0])
  })

  it("show what a terminal would leave: no colours, and the last of what was overwritten", () => {
    expect(lines("\u001B[31mred\u001B[0m\r\n", "10 %\r50 %\r100 %\n")).toEqual(["red", "100 %"])
  })

  it("are cut when one is endless, and let go of at the beginning when there are too many", () => {
    expect(lines("x".repeat(OUTPUT_LINE_MAX_CHARS + 5))).toHaveLength(2)
    const many = appendText(noLines, "a\n".repeat(OUTPUT_LINES_MAX + 3))
    expect([many.lines.length, many.dropped]).toEqual([OUTPUT_LINES_MAX, 3])
    expect(appendText(many, "b\n").lines.at(-1)?.key).toBe(OUTPUT_LINES_MAX + 3)
  })

  it("give the text back", () => expect(textOf(appendText(noLines, "one\ntwo\n"))).toBe("one\ntwo\n"))
})

describe("following an output", () => {
  const file = (content: () => Uint8Array) => {
    const asked: Array<number> = []
    const port: OutputPort = {
      read: (offset, limit) => {
        asked.push(offset)
        const all = content()
        return Promise.resolve({ bytes: all.subarray(offset, offset + limit), size: all.length })
      },
    }
    return { port, asked }
  }
  const reading = async (port: OutputPort, run: (reader: ReturnType<typeof createOutputReader>) => Promise<void>) => {
    const { reader, dispose } = createRoot((end) => ({ reader: createOutputReader(port), dispose: end }))
    await run(reader).finally(dispose)
  }
  const bytes = (text: string) => new TextEncoder().encode(text)
  const shown = (reader: ReturnType<typeof createOutputReader>) => reader.output().lines.map((line) => line.text)

  it("reads each byte once, and never cuts a letter in two", async () => {
    let content = bytes("grü")
    const whole = bytes("grüße\n")
    content = whole.slice(0, 4)
    const { port, asked } = file(() => content)
    await reading(port, async (reader) => {
      reader.follow()
      await vi.waitFor(() => expect(shown(reader)).toEqual(["grü"]))
      content = whole
      reader.follow()
      await vi.waitFor(() => expect(shown(reader)).toEqual(["grüße"]))
      expect(asked.at(-1)).toBe(4)
    })
  })

  it("begins a long one near its end, at a whole line, and can read the rest", async () => {
    const content = bytes(Array.from({ length: 60_000 }, (_, index) => `line ${index}\n`).join(""))
    const { port } = file(() => content)
    await reading(port, async (reader) => {
      reader.follow()
      await vi.waitFor(() => expect(shown(reader).at(-1)).toBe("line 59999"))
      expect(shown(reader)[0]).toMatch(/^line \d+$/)
      expect(reader.skipped()).toBeGreaterThan(content.length - OUTPUT_TAIL_BYTES - 20)
      reader.readAll()
      await vi.waitFor(() => expect(reader.skipped() === 0 && shown(reader).at(-1)).toBe("line 59999"))
      expect((await (await reader.download()).arrayBuffer()).byteLength).toBe(content.length)
    })
  })

  it("loses nothing when a notice comes while it reads", async () => {
    let content = bytes("one\n")
    const { port } = file(() => content)
    await reading(port, async (reader) => {
      reader.follow()
      content = bytes("one\ntwo\n")
      reader.follow()
      await vi.waitFor(() => expect(shown(reader)).toEqual(["one", "two"]))
    })
  })

  it("tells that it could not read, and goes on from there", async () => {
    const { port } = file(() => bytes("one\n"))
    const read = vi
      .fn<OutputPort["read"]>(port.read)
      .mockRejectedValueOnce(new ClientUnreachable({ idempotencyKey: undefined, cause: "down" }))
    await reading({ read }, async (reader) => {
      reader.follow()
      await vi.waitFor(() => expect(reader.failure()?.kind).toBe("unreachable"))
      reader.follow()
      await vi.waitFor(() => expect(shown(reader)).toEqual(["one"]))
      expect(reader.failure()).toBeUndefined()
    })
  })
})
