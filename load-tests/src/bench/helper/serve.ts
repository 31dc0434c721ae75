import { READY, type Answer, type Question } from "./protocol.ts"

export type Handler = (input: never) => unknown

export interface Served {
  /** What can be asked. */
  readonly handlers: Readonly<Record<string, Handler>>
  readonly stop: () => Promise<void>
}

/** Tells the process that opened this one something unasked. */
export const tellOpener = (note: unknown): void => {
  if (process.connected) process.send?.({ note })
}

const reasonOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))

/** The child's side of `openHelper`: begins with the given input, answers questions, ends when the opener is gone. */
export const serveHelper = (begin: (input: never) => Promise<Served>): void => {
  let served: Served | undefined
  const answerTo = async ({ id, what, input }: Question): Promise<Answer> => {
    try {
      if (what === READY) {
        served = await begin(input as never)
        return { to: id }
      }
      const handler = served?.handlers[what]
      if (handler === undefined) return { to: id, problem: `it cannot be asked "${what}"` }
      return { to: id, output: await handler(input as never) }
    } catch (error) {
      return { to: id, problem: reasonOf(error) }
    }
  }
  process.on("message", (question: Question) => {
    const answer = async (): Promise<void> => {
      const given = await answerTo(question)
      if (process.connected) process.send?.(given)
    }
    void answer()
  })
  process.on("disconnect", () => {
    const end = async (): Promise<void> => {
      try {
        await served?.stop()
        process.exit(0)
      } catch (error) {
        process.stderr.write(`${reasonOf(error)}\n`)
        process.exit(1)
      }
    }
    void end()
  })
  // The terminal's Ctrl-C reaches every process of the command; the opener decides when this one ends.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined)
}
