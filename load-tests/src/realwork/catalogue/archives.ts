import { execFile } from "node:child_process"
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import type { Files } from "../repository/content.ts"
import { COMMITS_PER_TAG, type Repository } from "../repository/make.ts"
import { says, sha256, shellTask, type Check, type RealTask } from "../real-task.ts"

const run = promisify(execFile)

const inTempDir = async <A>(use: (dir: string) => Promise<A>): Promise<A> => {
  const dir = await mkdtemp(join(tmpdir(), "muster-realwork-archive-"))
  try {
    return await use(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

const difference = async (dir: string, files: Files): Promise<string | undefined> => {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const found = entries.filter((entry) => !entry.isDirectory()).length
  for (const [path, text] of files)
    if ((await readFile(join(dir, path), "utf8").catch(() => undefined)) !== text) return `holds another ${path}`
  return found === files.size ? undefined : `holds ${found} files, not ${files.size}`
}

/** A compressed tar file with exactly these files. */
const archiveOf =
  (files: Files): Check =>
  (bytes) =>
    inTempDir(async (dir) => {
      const archive = join(dir, "archive.tar.gz")
      const content = join(dir, "content")
      await writeFile(archive, bytes)
      await run("mkdir", [content])
      await run("tar", ["-xzf", archive, "-C", content])
      return difference(content, files)
    })

/** A git bundle from which the main branch comes back as it was. */
const bundleOf =
  ({ files, commits }: Repository): Check =>
  (bytes) =>
    inTempDir(async (dir) => {
      const bundle = join(dir, "all.bundle")
      const clone = join(dir, "clone")
      await writeFile(bundle, bytes)
      await run("git", ["clone", "--quiet", "--branch", "main", bundle, clone])
      const { stdout } = await run("git", ["-C", clone, "rev-parse", "HEAD"])
      if (stdout.trim() !== commits.at(-1)?.id) return `ends at ${stdout.trim()}`
      await rm(join(clone, ".git"), { recursive: true })
      return difference(clone, files)
    })

const below = (files: Files, folder: string): Files =>
  new Map([...files].filter(([path]) => path.startsWith(`${folder}/`)))

/** Packing parts of the repository, with checksums. */
export const archiveTasks = (repository: Repository): readonly RealTask[] => {
  const { files, commits } = repository
  const tagged = commits[COMMITS_PER_TAG * 2 - 1]
  if (tagged === undefined) throw new TypeError("the history is too short")
  const data = [...below(files, "data")].toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const sums = data.map(([path, text]) => `${sha256(text)}  ${path}\n`).join("")
  return [
    shellTask("archive-sources", {
      title: "Pack the sources",
      script: ["mkdir ../artifacts", "tar -czf ../artifacts/src.tar.gz src"],
      expected: { artifacts: new Map([["artifacts/src.tar.gz", archiveOf(below(files, "src"))]]) },
    }),
    shellTask("archive-documentation", {
      title: "Pack the documentation",
      script: ["mkdir ../artifacts", "tar -czf ../artifacts/docs.tar.gz docs"],
      expected: { artifacts: new Map([["artifacts/docs.tar.gz", archiveOf(below(files, "docs"))]]) },
      member: 1,
    }),
    shellTask("archive-tag", {
      title: "Pack the second tag",
      script: ["mkdir ../artifacts", "git archive --format=tar.gz -o ../artifacts/v2.tar.gz v2"],
      expected: { artifacts: new Map([["artifacts/v2.tar.gz", archiveOf(tagged.files)]]) },
      member: 2,
    }),
    shellTask("archive-with-sums", {
      title: "Pack the tables with their checksums, and check them",
      script: [
        "mkdir ../artifacts",
        "LC_ALL=C sha256sum data/*.csv > ../artifacts/SHA256SUMS",
        "tar -czf ../artifacts/data.tar.gz data",
        "mkdir ../again && tar -xzf ../artifacts/data.tar.gz -C ../again",
        "cd ../again && sha256sum --quiet -c ../artifacts/SHA256SUMS && echo all sums agree",
      ],
      expected: {
        output: says("all sums agree\n"),
        artifacts: new Map([
          ["artifacts/SHA256SUMS", says(sums)],
          ["artifacts/data.tar.gz", archiveOf(new Map(data))],
        ]),
      },
    }),
    shellTask("archive-bundle", {
      title: "Pack the whole history",
      script: ["mkdir ../artifacts", "git bundle create --quiet ../artifacts/all.bundle --all"],
      expected: { artifacts: new Map([["artifacts/all.bundle", bundleOf(repository)]]) },
      member: 1,
    }),
  ]
}
