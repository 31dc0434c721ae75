import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"

/** A folder of the project with a manifest of its own. */
export interface Workspace {
  /** Relative to the root, such as packages/domain. */
  readonly dir: string
  readonly name: string
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies: readonly string[]
  readonly devDependencies: readonly string[]
}

interface Manifest {
  readonly name?: string
  readonly workspaces?: readonly string[]
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

const readManifest = (file: string): Manifest => JSON.parse(readFileSync(file, "utf8")) as Manifest

/** Every workspace below a project's root, in the order of their folders. */
export const workspacesOf = (root: string): readonly Workspace[] =>
  (readManifest(join(root, "package.json")).workspaces ?? [])
    .flatMap((pattern) => globSync(`${pattern}/package.json`, { cwd: root }))
    .toSorted()
    .map((file) => {
      const manifest = readManifest(join(root, file))
      return {
        dir: join(file, ".."),
        name: manifest.name ?? "",
        scripts: manifest.scripts ?? {},
        dependencies: Object.keys(manifest.dependencies ?? {}),
        devDependencies: Object.keys(manifest.devDependencies ?? {}),
      }
    })
