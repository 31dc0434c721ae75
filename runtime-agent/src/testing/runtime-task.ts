import { randomUUID } from "node:crypto"
import type { RuntimeTask } from "#src/runtimes/contract.ts"

/** A task as a runtime gets it, of a team and a member of its own. What is said of it holds over the rest. */
export const runtimeTask = (over: Partial<RuntimeTask> = {}): RuntimeTask => {
  const taskId = over.taskId ?? (randomUUID() as RuntimeTask["taskId"])
  return {
    taskId,
    assignmentId: randomUUID() as RuntimeTask["assignmentId"],
    teamId: randomUUID() as RuntimeTask["teamId"],
    memberId: randomUUID() as RuntimeTask["memberId"],
    title: "A task",
    instructions: "",
    inputs: {},
    options: {},
    idempotencyKey: taskId,
    ...over,
  }
}
