import { DELIVERY_CHUNK_CHARS } from "./limits.ts"
import { BUNDLE_FILE, CONTEXT_DIR, MARKS_DIR, holds, says, sha256, shellTask, type RealTask } from "./real-task.ts"
import type { Repository } from "./repository/make.ts"

const MEMBERS = 3

/** One task for each member that shows whether its runtime works here, and which programs tasks can see. */
export const probeTasks: readonly RealTask[] = Array.from({ length: MEMBERS }, (_, member) =>
  shellTask(`probe-${member}`, {
    title: "See what there is to work with",
    isBare: true,
    isMarked: false,
    script: [
      "for program in git node tar sha256sum; do command -v $program >/dev/null && echo has $program || echo lacks $program; done",
      `[ -w ${CONTEXT_DIR} ] && echo may write the context || echo may not write the context`,
    ],
    expected: { output: holds(/^has git$/m, /^has tar$/m, /^has sha256sum$/m, /^may write the context$/m) },
    member,
  }),
)

/**
 * Brings the repository to where every member's tasks can read it. A confined task sees no directory of this machine but its own and
 * /team, so the repository travels as any other work does: in pieces, as the instructions of tasks that write them to /team/context.
 */
export const deliveryTasks = ({ bundle }: Repository): readonly RealTask[] => {
  const text = bundle.toString("base64")
  const count = Math.ceil(text.length / DELIVERY_CHUNK_CHARS)
  const nameOf = (index: number) => `part-${String(index).padStart(3, "0")}`
  const parts = Array.from({ length: count }, (_, index) =>
    shellTask(nameOf(index), {
      title: `Receive part ${index + 1} of ${count} of the repository`,
      isBare: true,
      script: [`cat > ${CONTEXT_DIR}/${nameOf(index)}.base64`],
      request: { instructions: text.slice(index * DELIVERY_CHUNK_CHARS, (index + 1) * DELIVERY_CHUNK_CHARS) },
      after: ["prepare"],
      member: index % MEMBERS,
    }),
  )
  return [
    shellTask("prepare", {
      title: "Make the folder for marks",
      isBare: true,
      isMarked: false,
      // Fails when it is there already: this task can not be carried out twice unnoticed either.
      script: [`mkdir ${MARKS_DIR}`, `chmod 1777 ${MARKS_DIR}`],
    }),
    ...parts,
    shellTask("assemble", {
      title: "Put the repository together",
      isBare: true,
      script: [
        `cat ${CONTEXT_DIR}/part-*.base64 | base64 -d > ${BUNDLE_FILE}.new`,
        `chmod 644 ${BUNDLE_FILE}.new`,
        `mv ${BUNDLE_FILE}.new ${BUNDLE_FILE}`,
        `sha256sum < ${BUNDLE_FILE}`,
      ],
      after: parts.map(({ key }) => key),
      expected: { output: says(`${sha256(bundle)}  -\n`) },
    }),
  ]
}

/** Lists all marks, one line each; runs last. */
export const auditTask: RealTask = shellTask("audit", {
  title: "Count the marks",
  isBare: true,
  isMarked: false,
  script: [`cd ${MARKS_DIR}`, "LC_ALL=C ls -1"],
  expected: { output: holds(/^assemble\./m) },
})
