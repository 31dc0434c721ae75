import type { MemberProfile, TaskSpec } from "@muster/domain"

/** How an agent of a test reports a good end. */
export const DONE = {
  kind: "succeeded",
  result: { summary: "done", output: { bytes: 0, isTruncated: false } },
} as const

/** A member of a test; what is said of it holds over the rest. */
export const profileOf = (over: Partial<MemberProfile> = {}): MemberProfile => ({
  handle: "worker",
  name: "Worker",
  role: "member",
  runtime: "simulated",
  runtimeOptions: {},
  slots: 1,
  skills: [],
  placement: "manual",
  ...over,
})

/** A task of a test; what is said of it holds over the rest. */
export const specOf = (over: Partial<TaskSpec> = {}): TaskSpec => ({
  title: "A task",
  instructions: "do it",
  inputs: {},
  runtimeOptions: {},
  priority: 5,
  retry: { maxAttempts: 1, backoffMillis: 0 },
  timeLimitMillis: 60_000,
  after: [],
  ...over,
})
