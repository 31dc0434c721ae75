/** Wakes one waiting loop. A wake-up while nobody waits is kept for the next wait. */
export class Latch {
  #isSet = false
  #wake: (() => void) | undefined

  set(): void {
    this.#isSet = true
    this.#wake?.()
  }

  /** Resolves when it was set since the last wait, after `millis`, or when the signal aborts. Never rejects. */
  async wait(signal: AbortSignal, millis?: number): Promise<void> {
    if (!this.#isSet && !signal.aborted)
      await new Promise<void>((resolve) => {
        const finish = () => {
          clearTimeout(timer)
          signal.removeEventListener("abort", finish)
          this.#wake = undefined
          resolve()
        }
        const timer = millis === undefined ? undefined : setTimeout(finish, millis)
        signal.addEventListener("abort", finish, { once: true })
        this.#wake = finish
      })
    this.#isSet = false
  }
}
