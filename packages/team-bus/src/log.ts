/** What the bus says about itself; a pino logger fits. */
export interface BusLog {
  readonly debug: (details: object, message: string) => void
  readonly info: (details: object, message: string) => void
  readonly warn: (details: object, message: string) => void
  readonly error: (details: object, message: string) => void
}
