import { readFileSync } from "node:fs"
import { builtinModules } from "node:module"
import { dirname, join, normalize } from "node:path"
import { workspacesOf, type Workspace } from "../lib/workspaces.ts"
import { isTestHelper, RULES, type Rule } from "./rules.ts"
import { COMPUTED, scan, urlPathsIn, type Import } from "./scan.ts"

const builtins = new Set(builtinModules)

type Kind = "relative" | "inside" | "own" | "node" | "npm"

const kindOf = (specifier: string): Kind => {
  if (specifier.startsWith(".")) return "relative"
  if (specifier.startsWith("#")) return "inside"
  if (specifier.startsWith("@muster/")) return "own"
  if (specifier.startsWith("node:") || builtins.has(specifier)) return "node"
  return "npm"
}

/** "@scope/name/sub/path" → "@scope/name". */
const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/")

const ruleFor = (file: string): Rule | undefined =>
  RULES.filter(({ folder }) => file.startsWith(`${folder}/`)).toSorted((a, b) => b.folder.length - a.folder.length)[0]

/** Where an import of the same package leads, relative to the root. */
const targetOf = ({ file, specifier }: Import, workspace: Workspace): string =>
  specifier.startsWith("#src/")
    ? join(workspace.dir, "src", specifier.slice("#src/".length))
    : normalize(join(dirname(file), specifier))

const ruleProblem = ({ specifier }: Import, rule: Rule): string | undefined => {
  const kind = kindOf(specifier)
  const isAllowed =
    (kind === "node" && rule.node) ||
    (kind === "own" && (rule.own?.includes(specifier) ?? true)) ||
    (kind === "npm" && (rule.npm?.includes(packageOf(specifier)) ?? true)) ||
    kind === "relative" ||
    kind === "inside"
  return isAllowed ? undefined : rule.why
}

/** Files of the package that are reached from the folder of a rule but lie where it may not reach. */
const checkReach = (
  workspace: Workspace,
  imports: readonly Import[],
  { folder, notInside, why }: Rule,
): readonly string[] => {
  const isForbidden = (file: string) => notInside?.some((other) => file.startsWith(`${other}/`)) ?? false
  const reached = new Set(imports.map(({ file }) => file).filter((file) => file.startsWith(`${folder}/`)))
  const problems: string[] = []
  // A set that grows while it is walked is walked to its new end.
  for (const from of reached)
    for (const found of imports.filter(({ file }) => file === from)) {
      const kind = kindOf(found.specifier)
      if (kind !== "relative" && kind !== "inside") continue
      const target = targetOf(found, workspace)
      if (isForbidden(target))
        problems.push(`${from}:${found.line} imports "${found.specifier}", reached from ${folder}: ${why}`)
      else reached.add(target)
    }
  return problems
}

/** Rules that hold for the production code of every package. */
const commonProblem = (found: Import, workspace: Workspace): string | undefined => {
  const { specifier } = found
  const kind = kindOf(specifier)
  if ((kind === "relative" || kind === "inside") && !targetOf(found, workspace).startsWith(`${workspace.dir}/`))
    return "a package is entered through its exports alone"
  if (kind === "own" && specifier.endsWith("/testing")) return "helpers for tests have no place in production code"
  if (kind === "relative" || kind === "inside")
    return isTestHelper(targetOf(found, workspace)) ? "helpers for tests have no place in production code" : undefined
  const name = packageOf(specifier)
  if (kind === "node" || name === workspace.name || workspace.dependencies.includes(name)) return undefined
  return specifier === COMPUTED
    ? "a computed import hides what is imported"
    : `${name} is not in the dependencies of ${workspace.dir}`
}

const checkSources = (root: string, workspace: Workspace): readonly string[] => {
  const imports = scan(root, join(workspace.dir, "src"))
  const direct = imports
    .filter(({ file }) => !isTestHelper(file))
    .flatMap((found) => {
      const rule = ruleFor(found.file)
      const why = (rule && ruleProblem(found, rule)) ?? commonProblem(found, workspace)
      return why === undefined ? [] : [`${found.file}:${found.line} imports "${found.specifier}": ${why}`]
    })
  const reached = RULES.filter(({ folder, notInside }) => notInside && folder.startsWith(`${workspace.dir}/`)).flatMap(
    (rule) => checkReach(workspace, imports, rule),
  )
  return [...direct, ...reached]
}

/** Tests and helpers may use more, but they too enter other packages by their exports. */
const checkTests = (root: string, workspace: Workspace): readonly string[] =>
  [...scan(root, join(workspace.dir, "test")), ...scan(root, join(workspace.dir, "src", "testing"))]
    .filter((found) => ["relative", "inside"].includes(kindOf(found.specifier)))
    .filter((found) => !targetOf(found, workspace).startsWith(`${workspace.dir}/`))
    .map(
      ({ file, line, specifier }) =>
        `${file}:${line} imports "${specifier}": a package is entered through its exports alone`,
    )

/** Every workspace must be in the list that the type check walks, and have a tag that the boundaries know. */
const checkConfiguration = (root: string, workspaces: readonly Workspace[]): readonly string[] => {
  const { references } = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8")) as {
    references: { path: string }[]
  }
  const { boundaries } = JSON.parse(readFileSync(join(root, "turbo.json"), "utf8")) as {
    boundaries: { tags: Record<string, unknown> }
  }
  const isTyped = new Set(references.map(({ path }) => normalize(path)))
  return workspaces.flatMap(({ dir }) => {
    const { tags = [] } = JSON.parse(readFileSync(join(root, dir, "turbo.json"), "utf8")) as { tags?: string[] }
    return [
      ...(isTyped.has(dir) ? [] : [`tsconfig.json: ${dir} is not among the references, so its types are not checked`]),
      ...(tags.some((tag) => tag in boundaries.tags)
        ? []
        : [`${dir}/turbo.json: no tag that turbo.json has a rule for`]),
    ]
  })
}

/** What is wrong with the imports of a project, one line each; empty when all is well. */
export const checkImports = (root: string): readonly string[] => {
  const workspaces = workspacesOf(root)
  return [
    ...checkConfiguration(root, workspaces),
    ...workspaces.flatMap((workspace) => [
      ...checkSources(root, workspace),
      ...checkTests(root, workspace),
      ...urlPathsIn(root, workspace.dir).map((at) => `${at} makes a path of a URL: fileURLToPath knows about spaces`),
    ]),
  ]
}
