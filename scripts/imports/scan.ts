import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { parseSync } from "oxc-parser"

/** One module that a file imports, in whatever form. */
export interface Import {
  /** Relative to the root. */
  readonly file: string
  readonly line: number
  readonly specifier: string
}

/** Stands for the module of a dynamic import whose name is computed. */
export const COMPUTED = "<computed>"

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split("\n").length

const literal = (text: string): string | undefined => /^(["'`])(.*)\1$/s.exec(text)?.[2]

/** Every import, re-export and dynamic import of one file. A dynamic import of a computed name is COMPUTED. */
export const importsOf = (file: string, text: string): readonly Import[] => {
  const { module, errors } = parseSync(file, text)
  const [error] = errors
  if (error) throw new SyntaxError(`${file}: ${error.message}`)
  const found = [
    ...module.staticImports.map(({ moduleRequest }) => ({ at: moduleRequest.start, specifier: moduleRequest.value })),
    ...module.staticExports
      .flatMap(({ entries }) => entries)
      .flatMap(({ moduleRequest }) =>
        moduleRequest ? [{ at: moduleRequest.start, specifier: moduleRequest.value }] : [],
      ),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => {
      return { at: start, specifier: literal(text.slice(start, end)) ?? COMPUTED }
    }),
  ]
  return found.map(({ at, specifier }) => ({ file, line: lineOf(text, at), specifier }))
}

/** The source files of one folder, relative to the root. */
export const sourcesIn = (root: string, folder: string): readonly string[] =>
  globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root }).filter(
    (file) => !/(^|\/)(node_modules|dist)\//.test(file) && !file.endsWith(".d.ts"),
  )

export const scan = (root: string, folder: string): readonly Import[] =>
  sourcesIn(root, folder).flatMap((file) => importsOf(file, readFileSync(join(root, file), "utf8")))

/** Lines that make a path of the file's own URL by hand: it is wrong where a folder's name holds a space. */
export const urlPathsIn = (root: string, folder: string): readonly string[] =>
  sourcesIn(root, folder).flatMap((file) =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .flatMap((line, index) => (/import\.meta\.url\)\s*\.pathname/.test(line) ? [`${file}:${index + 1}`] : [])),
  )
