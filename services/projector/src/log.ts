type Line = (fields: Readonly<Record<string, unknown>>, message: string) => void

/** Where the projector reports: a logger of the platform fits. Fields never hold event data. */
export interface ProjectorLog {
  readonly info: Line
  readonly warn: Line
  readonly error: Line
}

const nothing: Line = () => undefined
export const silentLog: ProjectorLog = { info: nothing, warn: nothing, error: nothing }

/** What a line may tell of an error: its kind and its code, not its text, which can quote data. */
export const reasonOf = (error: unknown): Readonly<Record<string, unknown>> => ({
  error: error instanceof Error ? error.name : typeof error,
  ...(typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? { code: error.code }
    : {}),
})
