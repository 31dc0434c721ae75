/** A promise that was broken. */
export interface Violation {
  /** Name of the promise. */
  readonly oracle: string
  readonly detail: string
  /** Virtual milliseconds since the beginning of the history. */
  readonly atMillis: number
}

/** Where oracles tell. The first violation counts: what follows may follow from it. */
export class Verdict {
  readonly violations: Violation[] = []
  readonly #nowMillis: () => number

  constructor(nowMillis: () => number) {
    this.#nowMillis = nowMillis
  }

  broken(oracle: string, detail: string): void {
    this.violations.push({ oracle, detail, atMillis: this.#nowMillis() })
  }

  get isBroken(): boolean {
    return this.violations.length > 0
  }
}
