import { AREAS, REVIEW_MARK } from "../repository/content.ts"
import type { Repository } from "../repository/make.ts"
import { failing, says, sha256, shellTask, type RealTask } from "../real-task.ts"

/** Order of bytes, as LC_ALL=C sorts. */
export const inByteOrder = (lines: readonly string[]): readonly string[] =>
  lines.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))

const lines = (list: readonly string[]): string => list.map((line) => `${line}\n`).join("")

/** Looking things up in hundreds of files. */
export const searchTasks = ({ files }: Repository): readonly RealTask[] => {
  const paths = inByteOrder([...files.keys()])
  const matches = (folder: string, text: string): readonly string[] =>
    paths
      .filter((path) => path.startsWith(folder))
      .flatMap((path) =>
        (files.get(path) ?? "")
          .split("\n")
          .flatMap((line, index) => (line.includes(text) ? [`${path}:${index + 1}:${line}`] : [])),
      )
  const modules = paths.filter((path) => path.startsWith("src/"))
  const tables = paths.filter((path) => path.endsWith(".csv"))
  const cents = tables
    .flatMap((path) => (files.get(path) ?? "").trimEnd().split("\n").slice(1))
    .reduce((sum, row) => sum + Number(row.split(",")[2]), 0)
  const wordCount = paths
    .filter((path) => path.endsWith(".md"))
    .reduce((sum, path) => sum + (files.get(path) ?? "").split(/\s+/u).filter((word) => word !== "").length, 0)
  return [
    shellTask("count-files", {
      title: "How many files does the repository have?",
      script: ["git ls-files -z | tr -dc '\\0' | wc -c | tr -d ' '"],
      expected: { output: says(`${paths.length}\n`) },
    }),
    shellTask("grep-reviews", {
      title: `Find every ${REVIEW_MARK}`,
      script: [`grep -rnF '${REVIEW_MARK}' src | LC_ALL=C sort -t: -k1,1 -k2,2n`],
      expected: { output: says(lines(matches("src/", REVIEW_MARK))) },
      member: 1,
    }),
    shellTask("count-by-area", {
      title: "Modules of each area",
      script: ["for area in src/*; do", '  echo "${area#src/} $(ls "$area" | wc -l | tr -d " ")"', "done"],
      expected: {
        output: says(
          lines(AREAS.map((area) => `${area} ${modules.filter((path) => path.startsWith(`src/${area}/`)).length}`)),
        ),
      },
    }),
    shellTask("count-words", {
      title: "Words in the documentation",
      script: [
        "find . -path ./.git -prune -o -name '*.md' -print0 | LC_ALL=C.UTF-8 xargs -0 cat | LC_ALL=C.UTF-8 wc -w | tr -d ' '",
      ],
      expected: { output: says(`${wordCount}\n`) },
      member: 1,
    }),
    shellTask("sum-tables", {
      title: "Sum of all cents in the tables",
      script: [
        "total=0",
        "for cents in $(cat data/*.csv | grep -v ^area, | cut -d, -f3); do total=$((total + cents)); done",
        'echo "$total"',
      ],
      expected: { output: says(`${cents}\n`) },
      member: 2,
    }),
    shellTask("grep-nothing", {
      title: "Look for a word that is nowhere",
      script: ["grep -rn 'no such word in here' src"],
      expected: failing(1),
    }),
    shellTask("unusual-names", {
      title: "Pages with names beyond ASCII",
      script: ["find docs -name '*.md' | LC_ALL=C grep -P '[^\\x00-\\x7F]' | LC_ALL=C sort"],
      expected: {
        // oxlint-disable-next-line no-control-regex -- the range of ASCII starts there
        output: says(lines(paths.filter((path) => path.endsWith(".md") && /[^\u0000-\u007f]/u.test(path)))),
      },
      member: 2,
    }),
    shellTask("hash-everything", {
      title: "SHA-256 of every file",
      script: ["git ls-files -z | LC_ALL=C sort -z | xargs -0 sha256sum"],
      expected: { output: says(lines(paths.map((path) => `${sha256(files.get(path) ?? "")}  ${path}`))) },
      member: 1,
    }),
  ]
}
