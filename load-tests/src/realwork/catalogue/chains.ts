import { CONTEXT_DIR, isEmpty, says, shellTask, type RealTask } from "../real-task.ts"

/** Tasks that wait for others. */
export const chainTasks = (): readonly RealTask[] => [
  shellTask("chain-first", {
    title: "Leave a word for the next one",
    isBare: true,
    script: [`echo handed over > ${CONTEXT_DIR}/word.txt`],
  }),
  shellTask("chain-second", {
    title: "Take the word from the one before",
    isBare: true,
    script: [`cat ${CONTEXT_DIR}/word.txt`],
    after: ["chain-first"],
    expected: { output: says("handed over\n") },
    member: 1,
  }),
  shellTask("chain-broken", {
    title: "Wait for one that fails",
    isBare: true,
    script: ["echo never"],
    after: ["exit-3"],
    expected: { outcome: "failed", reason: "dependency-failed", output: isEmpty, executions: 0 },
    member: 2,
  }),
]
