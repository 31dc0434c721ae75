import type { Repository } from "../repository/make.ts"
import { COMMITS_PER_TAG } from "../repository/make.ts"
import { failing, holds, isExactly, says, shellTask, type RealTask } from "../real-task.ts"
import { inByteOrder } from "./search.ts"

const MIDDLE_COMMIT = 14

/** Reading the history of the repository. */
export const historyTasks = ({ commits }: Repository): readonly RealTask[] => {
  const middle = commits[MIDDLE_COMMIT]
  const last = commits.at(-1)
  const tagged = commits[COMMITS_PER_TAG - 1]
  if (middle === undefined || last === undefined || tagged === undefined)
    throw new TypeError("the history is too short")
  const [path = ""] = middle.paths
  const [revised = ""] = last.paths
  return [
    shellTask("log-ids", {
      title: "Ids of all commits, newest first",
      script: ["git log --format=%H"],
      expected: {
        output: says(
          commits
            .map(({ id }) => `${id}\n`)
            .toReversed()
            .join(""),
        ),
      },
    }),
    shellTask("log-messages", {
      title: "Messages of all commits, oldest first",
      script: ["git log --reverse --format=%s"],
      expected: { output: says(commits.map(({ message }) => `${message}\n`).join("")) },
      member: 2,
    }),
    shellTask("changed-paths", {
      title: "What one commit changed",
      script: [`git diff-tree --root --no-commit-id --name-only -r ${middle.id} | LC_ALL=C sort`],
      expected: {
        output: says(
          inByteOrder(middle.paths)
            .map((name) => `${name}\n`)
            .join(""),
        ),
      },
      member: 1,
    }),
    shellTask("old-version", {
      title: "A file as it was at an old commit",
      script: [`git show ${middle.id}:${path}`],
      expected: { output: isExactly(Buffer.from(middle.files.get(path) ?? "")) },
    }),
    shellTask("commits-of-file", {
      title: "How often a page was changed",
      script: [`git rev-list --count HEAD -- ${revised}`],
      expected: {
        output: says(`${commits.filter(({ paths }) => paths.includes(revised)).length}\n`),
      },
      member: 1,
    }),
    shellTask("files-at-tag", {
      title: "Files at the first tag",
      script: ["git ls-tree -r -z --name-only v1 | tr -dc '\\0' | wc -c | tr -d ' '"],
      expected: { output: says(`${tagged.files.size}\n`) },
      member: 2,
    }),
    shellTask("integrity", {
      title: "Check every object of the repository",
      script: [
        "git fsck --full --strict --no-progress",
        `git bundle verify --quiet /team/context/orchard.bundle`,
        "echo sound",
      ],
      expected: { output: holds(/sound\n$/) },
    }),
    shellTask("no-such-commit", {
      title: "Ask for a commit that is not there",
      script: [`git cat-file -e ${"0".repeat(40)} 2>/dev/null`],
      expected: failing(1),
      member: 1,
    }),
  ]
}
