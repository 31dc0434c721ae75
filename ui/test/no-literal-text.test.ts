import { globSync, readFileSync } from "node:fs"
import { Visitor, parseSync } from "vite"
import { describe, expect, it } from "vitest"

/** Attributes whose value a person reads or hears. */
const SPOKEN =
  /^(aria-(label|description|valuetext|placeholder|roledescription)|title|alt|placeholder|label|hint|error|detail|text)$/
const HAS_LETTER = /\p{L}/u

/** Every text in a source that does not come out of a dictionary. */
function literals(file: string, source: string): ReadonlyArray<string> {
  const found: Array<string> = []
  const note = (text: string) => HAS_LETTER.test(text) && found.push(`${file}: ${text.trim()}`)
  const { program, errors } = parseSync(file, source)
  expect(errors).toEqual([])
  new Visitor({
    JSXText: (node) => note(node.value),
    JSXExpressionContainer: (node) => {
      if (node.expression.type === "Literal" && typeof node.expression.value === "string") note(node.expression.value)
      if (node.expression.type === "TemplateLiteral")
        for (const part of node.expression.quasis)
          if (part.value.cooked !== null && isChild(source, node.start)) note(part.value.cooked)
    },
    JSXAttribute: (node) => {
      const name = node.name.type === "JSXIdentifier" ? node.name.name : ""
      if (SPOKEN.test(name) && node.value?.type === "Literal" && typeof node.value.value === "string")
        note(node.value.value)
    },
  }).visit(program)
  return found
}

/** Where words belong: the dictionaries, the samples of the kit, and what templates of teams are made of, in both languages. */
const isDictionary = (file: string): boolean => /(^|\/)(i18n|kit|words)\//.test(file)

/** What a person reads of a thing, by the name of its property. */
const NAMED = /^(title|label|detail|hint|placeholder|summary)$/
/** A word with a capital, or several words: a sign or a name of the machine is neither. */
const IS_WORDS = /^\p{Lu}\p{Ll}|\p{L} \p{L}/u

/** Every name that a model gives a thing and that does not come out of a dictionary. */
function namesIn(file: string, source: string): ReadonlyArray<string> {
  const found: Array<string> = []
  const { program, errors } = parseSync(file, source)
  expect(errors).toEqual([])
  new Visitor({
    Property: (node) => {
      if (node.key.type !== "Identifier" || !NAMED.test(node.key.name) || node.value.type !== "Literal") return
      const { value } = node.value
      if (typeof value === "string" && IS_WORDS.test(value)) found.push(`${file}: ${value}`)
    },
  }).visit(program)
  return found
}

/** An expression among the children of an element, as opposed to the value of an attribute. */
const isChild = (source: string, start: number): boolean => source[start - 1] !== "="

describe("all words of the dashboard come out of the dictionary", () => {
  it.each(globSync("src/**/*.tsx"))("%s has no literal text", (file) => {
    expect(literals(file, readFileSync(file, "utf8"))).toEqual([])
  })

  it.each(globSync("src/**/*.ts").filter((file) => !isDictionary(file)))("%s gives nothing a literal name", (file) => {
    expect(namesIn(file, readFileSync(file, "utf8"))).toEqual([])
  })

  it("the check of names sees words and passes over signs", () => {
    const source = "const x = { title: 'Say', detail: 'more words', label: 'x', kind: 'Open it', hint: t('x') }"
    expect(namesIn("x.ts", source)).toEqual(["x.ts: Say", "x.ts: more words"])
  })

  it("the check sees text, attributes and templates", () => {
    const source = "const x = () => <p title='Say'>Hello {`there ${1}`}{'you'}</p>"
    expect(literals("x.tsx", source)).toEqual(["x.tsx: Say", "x.tsx: Hello", "x.tsx: there", "x.tsx: you"])
  })
})
