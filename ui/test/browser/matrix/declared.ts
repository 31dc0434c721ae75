import { readFileSync } from "node:fs"
import { Visitor, parseSync } from "vite"

const attributeOf = (opening: string, name: string): string | undefined =>
  new RegExp(`\\s${name}="([^"]*)"`, "u").exec(opening)?.[1]

/** The patterns of all pages that a source declares with Route, with those above them; the ones that only lead on are left out. */
export function declaredPatterns(file: string): ReadonlyArray<string> {
  const source = readFileSync(file, "utf8")
  const { program, errors } = parseSync(file, source)
  if (errors.length > 0) throw new SyntaxError(`${file}: ${errors[0]?.message ?? "can not be read"}`)
  const above: Array<{ readonly path: string; hasRoutes: boolean; readonly opening: string }> = []
  const found: Array<string> = []
  const isRoute = (opening: string) => /^<Route[\s/>]/u.test(opening)
  new Visitor({
    JSXElement: (node) => {
      const opening = source.slice(node.openingElement.start, node.openingElement.end)
      if (!isRoute(opening)) return
      const parent = above.at(-1)
      if (parent !== undefined) parent.hasRoutes = true
      const own = attributeOf(opening, "path") ?? ""
      above.push({ path: `${parent?.path ?? ""}${own === "/" ? "" : own}`, hasRoutes: false, opening })
    },
    "JSXElement:exit": (node) => {
      if (!isRoute(source.slice(node.openingElement.start, node.openingElement.end))) return
      const route = above.pop()
      if (route !== undefined && !route.hasRoutes && !route.opening.includes("<Navigate"))
        found.push(route.path === "" ? "/" : route.path)
    },
  }).visit(program)
  return found
}
