import { templates, type Template } from "./templates.ts"

/** Text of a repository by path; all text is UTF-8 and ends with a line end. */
export type Files = ReadonlyMap<string, string>

/** Parts of the library: each has a folder of modules, a folder of tests and a page of documentation. */
export const AREAS = [
  "accounts",
  "addresses",
  "archive",
  "billing",
  "calendar",
  "catalogue",
  "channels",
  "checks",
  "currency",
  "delivery",
  "exchange",
  "export",
  "forms",
  "import",
  "inventory",
  "labels",
  "letters",
  "mail",
  "numbers",
  "orders",
  "planning",
  "prices",
  "records",
  "reports",
] as const
const FUNCTIONS_PER_MODULE = 2
const MODULES_PER_AREA = 9
const TESTED_MODULES_PER_AREA = 3
export const REVIEW_MARK = "NOTE(review)"

/** Picks a template such that neighbours differ and every one is used. */
const templateAt = (area: number, module: number, slot: number): Template => {
  const index = (area * 7 + module * FUNCTIONS_PER_MODULE + slot) % templates.length
  return templates[index] as Template
}
const constantOf = (area: number, module: number) => 2 + ((area * 5 + module * 3) % 17)

const moduleName = (area: number, module: number) => `${templateAt(area, module, 0).name}-${module + 1}`

const moduleFile = (area: number, module: number): readonly [path: string, text: string] => {
  const n = constantOf(area, module)
  const functions = [0, 1].map((slot) => templateAt(area, module, slot).source(n))
  const marks = (area + module) % 4 === 0 ? [`// ${REVIEW_MARK}: is ${n} still right for ${AREAS[area] ?? ""}?`] : []
  const text = [`// Part of ${AREAS[area] ?? ""}: module ${module + 1}.`, ...marks, ...functions, ""].join("\n")
  return [`src/${AREAS[area] ?? ""}/${moduleName(area, module)}.mjs`, text]
}

const casesOf = (area: number, module: number) =>
  [0, 1].flatMap((slot) => {
    const template = templateAt(area, module, slot)
    return template.cases(constantOf(area, module)).map(([call, gives]) => ({ name: template.name, call, gives }))
  })

const testFile = (area: number, module: number): readonly [path: string, text: string] => {
  const folder = AREAS[area] ?? ""
  const names = [...new Set(casesOf(area, module).map(({ name }) => name))].join(", ")
  const tests = casesOf(area, module).map(
    ({ call, gives }) => `test(${JSON.stringify(`${call} gives ${gives}`)}, () => assert.deepEqual(${call}, ${gives}))`,
  )
  const head = [
    'import assert from "node:assert/strict"',
    'import { test } from "node:test"',
    `import { ${names} } from "../../src/${folder}/${moduleName(area, module)}.mjs"`,
  ]
  return [`test/${folder}/${moduleName(area, module)}.test.mjs`, [...head, "", ...tests, ""].join("\n")]
}

const docFile = (area: number): readonly [path: string, text: string] => {
  const folder = AREAS[area] ?? ""
  const lines = Array.from({ length: MODULES_PER_AREA }, (_, module) => {
    const bound = constantOf(area, module)
    return `- \`${moduleName(area, module)}\` works with ${bound} as its bound.`
  })
  return [`docs/${folder}.md`, [`# ${folder}`, "", ...lines, ""].join("\n")]
}

const TABLE_ROWS = 40

const tableFile = (number: number): readonly [path: string, text: string] => {
  const rows = Array.from({ length: TABLE_ROWS }, (_, row) => {
    const quantity = ((number + 1) * (row + 3)) % 23
    return `${AREAS[(row + number) % AREAS.length] ?? ""},${quantity},${(quantity * 137) % 1000}`
  })
  return [`data/table-${number + 1}.csv`, ["area,quantity,cents", ...rows, ""].join("\n")]
}

const area = (index: number): readonly (readonly [string, string])[] => [
  ...Array.from({ length: MODULES_PER_AREA }, (_, module) => moduleFile(index, module)),
  ...Array.from({ length: TESTED_MODULES_PER_AREA }, (_, module) => testFile(index, module)),
  docFile(index),
]

const base: readonly (readonly [string, string])[] = [
  ["README.md", "# Orchard\n\nSmall functions for a small shop.\n"],
  ["LICENSE", "Do with it what you like.\n"],
  ["package.json", '{ "name": "orchard", "version": "1.0.0", "type": "module", "private": true }\n'],
  ["docs/Größe & Übersicht.md", "# Größe\n\nNamen mit Umlauten, Leerzeichen und „Zeichen“ sind auch Namen.\n"],
  ["docs/日本語/概要.md", "# 概要\n\n小さな店のための小さな関数。\n"],
  [
    "scripts/check.sh",
    [
      "#!/bin/sh",
      "# Checks without any runtime: every module has an exported name and every table its heading.",
      "set -u",
      "bad=0",
      "for file in $(git ls-files 'src/*.mjs'); do",
      '  grep -q "^export const" "$file" || { echo "no export: $file"; bad=$((bad + 1)); }',
      "done",
      "for file in $(git ls-files 'data/*.csv'); do",
      '  head -n 1 "$file" | grep -q "^area,quantity,cents$" || { echo "no heading: $file"; bad=$((bad + 1)); }',
      "done",
      'echo "$bad problems"',
      '[ "$bad" -eq 0 ]',
      "",
    ].join("\n"),
  ],
]

export interface Change {
  readonly message: string
  /** New text by path. */
  readonly write: Files
}

const TABLES = 12
const REVISIONS = 12
/** Index of the area whose module the last change of the branch `broken` spoils. */
export const BROKEN_AREA = 18

/** The history of the main branch, oldest change first. Every run makes the same one. */
export const history = (): readonly Change[] => {
  const added: readonly Change[] = AREAS.map((name, index) => ({
    message: `Add ${name}`,
    write: new Map(area(index)),
  }))
  const tables: Change = {
    message: "Add the tables",
    write: new Map(Array.from({ length: TABLES }, (_, number) => tableFile(number))),
  }
  const revisions: readonly Change[] = Array.from({ length: REVISIONS }, (_, index) => {
    const [path, text] = docFile(index * 2)
    return {
      message: `Explain ${AREAS[index * 2] ?? ""} better`,
      write: new Map([[path, `${text}\nRevision ${index + 1}: the bound counts from nought.\n`]]),
    }
  })
  return [{ message: "Begin", write: new Map(base) }, ...added, tables, ...revisions]
}

/** One tested module made wrong, so that all its tests fail. */
export const breakage = (): Change => {
  const spoiled = [0, 1].map((slot) => `export const ${templateAt(BROKEN_AREA, 0, slot).name} = () => undefined`)
  return {
    message: "Spoil a module",
    write: new Map([[moduleFile(BROKEN_AREA, 0)[0], [...spoiled, ""].join("\n")]]),
  }
}

export interface Suite {
  readonly paths: readonly string[]
  /** Single tests in all of them. */
  readonly tests: number
  /** How many of them the spoiled module fails. */
  readonly spoiled: number
}

/** The tests of one area. */
export const suiteOf = (area: number): Suite => {
  const modules = Array.from({ length: TESTED_MODULES_PER_AREA }, (_, module) => module)
  return {
    paths: modules.map((module) => testFile(area, module)[0]),
    tests: modules.reduce((sum, module) => sum + casesOf(area, module).length, 0),
    spoiled: area === BROKEN_AREA ? casesOf(area, 0).length : 0,
  }
}
