import { Problem, PROBLEM_TYPE_PREFIX } from "@muster/contracts"
import { Schema } from "effect"
import { expect } from "vitest"
import type { Api, CallOptions } from "../harness/index.ts"

const decodeProblem = Schema.decodeUnknownSync(Schema.fromJsonString(Problem))

/** Marks of a stack trace, a path of the machine or a query in what a person gets to read. */
const INSIDES = /\bat .+:\d+:\d+|node_modules|\/src\/|\.ts\b|\bselect\b.+\bfrom\b|postgres|ioredis/i

export interface Refusal {
  readonly status: number
  readonly type: string
  /** All its text: title, detail and what it says of single fields. */
  readonly text: string
}

/** Makes a call that must be refused with a problem that a person can understand and that tells nothing of the inside. */
export const refused = async (api: Api, method: string, path: string, options?: CallOptions): Promise<Refusal> => {
  const response = await api.call(method, path, options)
  const body = await response.text()
  expect(`${response.status} ${response.headers.get("content-type") ?? ""}: ${body}`).toMatch(
    /^[45]\d\d application\/problem\+json/,
  )
  const problem = decodeProblem(body)
  expect(problem.status).toBe(response.status)
  expect(problem.type.startsWith(PROBLEM_TYPE_PREFIX)).toBe(true)
  expect(problem.title).not.toBe("")
  expect(problem.requestId ?? "").not.toBe("")
  expect(body).not.toMatch(INSIDES)
  const fields = (problem.errors ?? []).map(({ pointer, detail }) => `${pointer} ${detail}`)
  return {
    status: response.status,
    type: problem.type.slice(PROBLEM_TYPE_PREFIX.length),
    text: [problem.title, problem.detail ?? "", ...fields].join("; "),
  }
}
