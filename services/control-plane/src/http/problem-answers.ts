import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify"
import { toProblem } from "#src/http/faults.ts"
import { type ProblemError, problems, toDocument } from "#src/http/problem.ts"
import type { Log } from "#src/logger.ts"

/** The path without its query, which may hold what a person typed. */
const pathOf = (request: FastifyRequest): string => request.url.split("?", 1)[0] ?? "/"

/** Answers with the problem as RFC 9457 JSON. */
export const sendProblem = (request: FastifyRequest, reply: FastifyReply, problem: ProblemError): FastifyReply => {
  const { retryAfterSeconds, allow } = problem.extras
  void reply.status(problems[problem.problem][0]).headers({
    "content-type": "application/problem+json; charset=utf-8",
    "cache-control": "no-store",
  })
  if (retryAfterSeconds !== undefined) void reply.header("retry-after", String(retryAfterSeconds))
  if (allow !== undefined) void reply.header("allow", allow.join(", "))
  return reply
    .serializer((text: string) => text)
    .send(JSON.stringify(toDocument(problem, { requestId: request.id, instance: pathOf(request) })))
}

/** One way out for everything that goes wrong: a problem for the caller, and the cause in the log when it is our fault. */
export const answerProblems = (app: FastifyInstance, log: Log): void => {
  app.setErrorHandler((error, request, reply) => {
    const problem = toProblem(error)
    const [status] = problems[problem.problem]
    if (status >= 500) {
      const fields = { requestId: request.id, problem: problem.problem, err: problem.cause ?? error }
      if (problem.problem === "internal") log.error(fields, "request failed")
      else log.warn(fields, "request could not be served")
    }
    return sendProblem(request, reply, problem)
  })
}
