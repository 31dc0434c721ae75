import { isEmpty, isExactly, says, shellTask, holds, type Check, type RealTask } from "../real-task.ts"

const BINARY_REPEATS = 400
const binary = Buffer.concat(
  Array.from({ length: BINARY_REPEATS }, () => Buffer.from(Array.from({ length: 256 }, (_, value) => value))),
)
const octal = [...binary.subarray(0, 256)].map((value) => `\\${value.toString(8).padStart(3, "0")}`).join("")

const exactly = (text: string): Check => isExactly(Buffer.from(text))
const MANY = 40

/** Files that a task leaves behind, and files that it must not be able to leave behind. */
export const artifactTasks = (): readonly RealTask[] => [
  shellTask("several-artifacts", {
    title: "Leave several files, nested and binary",
    isBare: true,
    script: [
      "mkdir -p artifacts/deep/er",
      "echo report > artifacts/report.md",
      "echo nested > artifacts/deep/er/nested.txt",
      ": > artifacts/empty",
      `for i in $(seq 1 ${BINARY_REPEATS}); do printf '${octal}'; done > artifacts/every-byte.bin`,
    ],
    expected: {
      artifacts: new Map([
        ["artifacts/report.md", exactly("report\n")],
        ["artifacts/deep/er/nested.txt", exactly("nested\n")],
        ["artifacts/empty", isEmpty],
        ["artifacts/every-byte.bin", isExactly(binary)],
      ]),
    },
  }),
  shellTask("unusual-artifacts", {
    title: "Leave files with unusual names",
    isBare: true,
    script: [
      "mkdir -p 'artifacts/日本語'",
      "echo grün > 'artifacts/Größe & Übersicht.txt'",
      "echo 概要 > 'artifacts/日本語/概要.txt'",
      "echo dash > artifacts/-rf",
    ],
    expected: {
      artifacts: new Map([
        ["artifacts/Größe & Übersicht.txt", exactly("grün\n")],
        ["artifacts/日本語/概要.txt", exactly("概要\n")],
        ["artifacts/-rf", exactly("dash\n")],
      ]),
    },
    member: 1,
  }),
  shellTask("chosen-artifacts", {
    title: "Leave only the files that were asked for",
    isBare: true,
    script: [
      "mkdir -p out/a out/b artifacts",
      "echo a > out/a/x.log",
      "echo b > out/b/y.log",
      "echo no > out/b/z.txt",
      "echo no > artifacts/no",
    ],
    command: { artifacts: ["out/**/*.log"] },
    expected: {
      artifacts: new Map([
        ["out/a/x.log", exactly("a\n")],
        ["out/b/y.log", exactly("b\n")],
      ]),
    },
    member: 2,
  }),
  shellTask("many-artifacts", {
    title: `Leave ${MANY} files`,
    isBare: true,
    script: ["mkdir artifacts", `for i in $(seq 1 ${MANY}); do echo "file $i" > artifacts/$i.txt; done`],
    expected: {
      artifacts: new Map(
        Array.from({ length: MANY }, (_, i) => [`artifacts/${i + 1}.txt`, exactly(`file ${i + 1}\n`)] as const),
      ),
    },
    member: 1,
  }),
  shellTask("linked-artifacts", {
    title: "Try to leave links to files elsewhere",
    isBare: true,
    script: [
      "mkdir artifacts",
      "echo good > artifacts/good.txt",
      "ln -s /etc/passwd artifacts/passwd",
      "ln -s /etc artifacts/etc",
      "ln -s good.txt artifacts/near.txt",
      "mkfifo artifacts/pipe",
    ],
    expected: {
      // What was left out is told in the output, by name.
      output: holds(/passwd/, /etc/, /near\.txt/, /pipe/),
      artifacts: new Map([["artifacts/good.txt", exactly("good\n")]]),
    },
  }),
  shellTask("outside-artifacts", {
    title: "Try to leave files from outside the directory",
    isBare: true,
    script: ["echo mine > mine.txt"],
    command: { artifacts: ["../**", "../../*", "/etc/passwd", "mine.txt"] },
    expected: {
      output: holds(/\.\.\/\*\*/, /\/etc\/passwd/),
      artifacts: new Map([["mine.txt", exactly("mine\n")]]),
    },
    member: 2,
  }),
  shellTask("failed-with-artifact", {
    title: "Leave a file and fail",
    isBare: true,
    script: ["mkdir artifacts", "echo why > artifacts/why.txt", "exit 5"],
    expected: {
      outcome: "failed",
      reason: "exit-code",
      exitCode: 5,
      output: says(""),
      artifacts: new Map([["artifacts/why.txt", exactly("why\n")]]),
    },
  }),
]
