import { createReadStream } from "node:fs"
import { createInterface } from "node:readline"

/** One line of the history that clients keep of what they were told. */
export interface Acknowledged {
  readonly taskId: string
  readonly teamId: string
  /** What the client called the task: its Idempotency-Key, and its place in a bulk request. */
  readonly name: string
  /** By the client's clock. */
  readonly atMillis: number
}

export const lineOf = ({ taskId, teamId, name, atMillis }: Acknowledged): string =>
  `${JSON.stringify([taskId, teamId, name, atMillis])}\n`

/** Reads a history file. A last line that is torn was never confirmed by the recorder. */
export const readAcknowledged = async (path: string): Promise<readonly Acknowledged[]> => {
  const all: Acknowledged[] = []
  for await (const line of createInterface({ input: createReadStream(path, "utf8") })) {
    if (!line.endsWith("]")) continue
    const [taskId, teamId, name, atMillis] = JSON.parse(line) as [string, string, string, number]
    all.push({ taskId, teamId, name, atMillis })
  }
  return all
}
