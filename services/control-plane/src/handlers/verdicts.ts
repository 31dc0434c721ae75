import { PROBLEM_TYPE_PREFIX } from "@muster/contracts"
import { comparePositions, type Position } from "@muster/domain"
import { toProblem } from "#src/http/faults.ts"
import { problems } from "#src/http/problem.ts"
import { BULK_CONCURRENCY } from "#src/limits.ts"

/** Why one item of a request with many was refused. */
export interface Refused {
  readonly ok: false
  readonly type: string
  readonly detail: string
}

/** A failure that concerns one item only. What concerns all of them (the log is away) fails the request. */
export const refusedItem = (error: unknown): Refused => {
  const problem = toProblem(error)
  if (problems[problem.problem][0] >= 500) throw problem
  return { ok: false, type: PROBLEM_TYPE_PREFIX + problem.problem, detail: problem.detail ?? problem.message }
}

/** Does the same for many, a few at a time; answers in their order. Rejects with the first failure that concerns all. */
export const forEach = async <A, B>(items: readonly A[], work: (item: A) => Promise<B>): Promise<readonly B[]> => {
  const answers: B[] = []
  const queue = items.entries()
  const worker = async () => {
    for (const [index, item] of queue) answers[index] = await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(BULK_CONCURRENCY, items.length) }, worker))
  return answers
}

/** The furthest of the positions; undefined when there is none. */
export const furthestOf = (positions: readonly Position[]): Position | undefined => {
  let far: Position | undefined
  for (const position of positions) if (far === undefined || comparePositions(position, far) > 0) far = position
  return far
}
