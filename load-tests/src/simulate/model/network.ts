import { env } from "../engine/world-clock.ts"

/** How long a message is on its way, in milliseconds, when nothing is wrong. */
const TRANSIT_MIN_MILLIS = 0.1
const TRANSIT_MAX_MILLIS = 1.5

/** Ways between the parties and a server: what is sent over one that is cut waits until it is whole again. */
export class Network {
  readonly #cut = new Map<string, Set<() => void>>()
  /** The server itself hangs: nobody gets through. */
  #isFrozen = false
  readonly #frozen = new Set<() => void>()

  /** Most that a message takes beside the usual. */
  slowMillis = 0

  transitMillis(): number {
    const { latency } = env()
    const slow = this.slowMillis === 0 ? 0 : latency.between(0, this.slowMillis)
    return latency.between(TRANSIT_MIN_MILLIS, TRANSIT_MAX_MILLIS) + slow
  }

  isOpen(party: string): boolean {
    return !this.#isFrozen && !this.#cut.has(party)
  }

  /** Runs now, or when the way is open again. */
  pass(party: string, deliver: () => void): void {
    const waiting = this.#cut.get(party) ?? (this.#isFrozen ? this.#frozen : undefined)
    if (waiting === undefined) deliver()
    else waiting.add(deliver)
  }

  cut(party: string): void {
    if (!this.#cut.has(party)) this.#cut.set(party, new Set())
  }

  mend(party: string): void {
    const waiting = this.#cut.get(party)
    this.#cut.delete(party)
    for (const deliver of waiting ?? []) this.pass(party, deliver)
  }

  freeze(): void {
    this.#isFrozen = true
  }

  thaw(): void {
    this.#isFrozen = false
    const waiting = [...this.#frozen]
    this.#frozen.clear()
    for (const deliver of waiting) deliver()
  }
}
