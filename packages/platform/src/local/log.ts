/** What the local servers need of a logger; a pino logger fits. */
export interface Log {
  readonly debug: (fields: object, message: string) => void
  readonly info: (fields: object, message: string) => void
  readonly warn: (fields: object, message: string) => void
  readonly error: (fields: object, message: string) => void
}

const nothing = (): void => {
  // Tests and probes have nobody to tell.
}

export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing }
