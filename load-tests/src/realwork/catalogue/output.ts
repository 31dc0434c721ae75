import { BIG_OUTPUT_BYTES, HUGE_OUTPUT_BYTES, SMALL_OUTPUT_LIMIT_BYTES } from "../limits.ts"
import { isExactly, says, shellTask, type Check, type RealTask } from "../real-task.ts"

const LINE = `${"a line of output of sixty-four bytes".padEnd(63, ".")}\n`
const TICKS = 6

const repeated = (bytes: number) => Buffer.from(LINE.repeat(Math.ceil(bytes / LINE.length)).slice(0, bytes))

const print = (bytes: number) => `yes '${LINE.trimEnd()}' | head -c ${bytes}`

/** The first bytes of what was printed, and no more than the limit. */
const beginsAs =
  (whole: Buffer, limit: number): Check =>
  (bytes) =>
    bytes.byteLength <= limit && bytes.equals(whole.subarray(0, bytes.byteLength)) && bytes.byteLength > 0
      ? undefined
      : `has ${bytes.byteLength} bytes that are not the first of what was printed`

/** Every byte there is, so that nothing on the way takes output for text. */
const everyByte = Buffer.from(Array.from({ length: 256 }, (_, value) => value))
const octal = [...everyByte].map((value) => `\\${value.toString(8).padStart(3, "0")}`).join("")

/** Output: much of it, slowly, in both streams, in any bytes. */
export const outputTasks = (): readonly RealTask[] => [
  shellTask("big-output", {
    title: "Print 8 MiB",
    isBare: true,
    script: [print(BIG_OUTPUT_BYTES)],
    expected: { output: isExactly(repeated(BIG_OUTPUT_BYTES)) },
  }),
  shellTask("huge-output", {
    title: "Print 12 MiB",
    isBare: true,
    script: [print(HUGE_OUTPUT_BYTES)],
    expected: { output: isExactly(repeated(HUGE_OUTPUT_BYTES)) },
    member: 2,
  }),
  shellTask("cut-output", {
    title: "Print more than the task may",
    isBare: true,
    script: [print(SMALL_OUTPUT_LIMIT_BYTES * 16)],
    command: { outputMaxBytes: SMALL_OUTPUT_LIMIT_BYTES },
    expected: {
      output: beginsAs(repeated(SMALL_OUTPUT_LIMIT_BYTES * 16), SMALL_OUTPUT_LIMIT_BYTES),
      isTruncated: true,
    },
    member: 1,
  }),
  shellTask("any-bytes", {
    title: "Print every byte there is",
    isBare: true,
    script: [`printf '${octal}'`],
    expected: { output: isExactly(everyByte) },
  }),
  shellTask("both-streams", {
    title: "Print to both streams in turn",
    isBare: true,
    script: ["for i in 1 2 3 4 5; do echo out $i; echo err $i >&2; done"],
    expected: { output: says([1, 2, 3, 4, 5].map((i) => `out ${i}\nerr ${i}\n`).join("")) },
    member: 1,
  }),
  ...[0, 1, 2].map((member) =>
    shellTask(`long-${member}`, {
      title: `Work for ${TICKS} seconds and say so`,
      script: [`for i in $(seq 1 ${TICKS}); do echo "step $i of ${TICKS}"; sleep 1; done`, "echo done"],
      expected: {
        output: says([...Array.from({ length: TICKS }, (_, i) => `step ${i + 1} of ${TICKS}\n`), "done\n"].join("")),
      },
      member,
    }),
  ),
]
