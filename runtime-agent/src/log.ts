export interface Log {
  readonly debug: (fields: object, message: string) => void
  readonly info: (fields: object, message: string) => void
  readonly warn: (fields: object, message: string) => void
  readonly error: (fields: object, message: string) => void
}

const levels = { debug: 20, info: 30, warn: 40, error: 50 } as const
export type Level = keyof typeof levels

const plain = (value: unknown): unknown =>
  value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value

/** One JSON object a line, in the field names of pino. The agent carries no logging library: it has to stay small. */
export const jsonLog = (write: (line: string) => void, least: Level = "info"): Log => {
  const at = (level: Level) => (fields: object, message: string) => {
    if (levels[level] < levels[least]) return
    const entries = Object.entries(fields).map(([key, value]) => [key, plain(value)])
    write(
      `${JSON.stringify({ level: levels[level], time: new Date().toISOString(), ...Object.fromEntries(entries), msg: message })}\n`,
    )
  }
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") }
}
