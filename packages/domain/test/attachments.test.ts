import { Schema } from "effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  Attachment,
  ATTACHMENT_NAME_MAX_CHARS,
  Attachments,
  ATTACHMENTS_MAX,
  fileNameOf,
  isFileName,
} from "#src/index.ts"

const file = (name: string) => ({ sha256: "a".repeat(64), name, mediaType: "text/plain", size: 3 })
const decodes = (schema: Schema.Top, value: unknown) =>
  Schema.decodeUnknownResult(schema as Schema.Codec<unknown>)(value)._tag === "Success"

describe("the name of an attached file", () => {
  it.each(["plan.pdf", "Übersicht (2).png", "..hidden", "a..b", "-rf", "数据.csv", " spaced .txt"])(
    "may be %j",
    (name) => {
      expect(decodes(Attachment, file(name))).toBe(true)
    },
  )
  it.each([
    "",
    "  ",
    ".",
    "..",
    "/etc/passwd",
    "a/b",
    "..\\..\\boot.ini",
    "a\nb",
    "a\u0000b",
    "exe\u202egpj.doc",
    "\ud800",
    "x".repeat(201),
  ])("may not be %j", (name) => expect(decodes(Attachment, file(name))).toBe(false))

  it("is made of any text whatever, and of a good one is itself", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
        const name = fileNameOf(text)
        expect(isFileName(name)).toBe(true)
        expect(name.length).toBeLessThanOrEqual(ATTACHMENT_NAME_MAX_CHARS)
        expect(fileNameOf(name)).toBe(name)
      }),
    )
  })

  it.each([
    ["C:\\Users\\me\\plan.pdf", "plan.pdf"],
    ["../../etc/passwd", "passwd"],
    ["a\u202egpj.exe", "a_gpj.exe"],
    ["..", "file"],
    ["", "file"],
    [`${"x".repeat(300)}.tar.gz`, `${"x".repeat(197)}.gz`],
  ])("of %j is %j", (text, name) => expect(fileNameOf(text)).toBe(name))
})

describe("files at one message", () => {
  it("are one at least and so many at most", () => {
    const of = (count: number) => Array.from({ length: count }, (_, n) => file(`${n}.txt`))
    expect(decodes(Attachments, of(0))).toBe(false)
    expect(decodes(Attachments, of(ATTACHMENTS_MAX))).toBe(true)
    expect(decodes(Attachments, of(ATTACHMENTS_MAX + 1))).toBe(false)
  })
})
