import { createSignal } from "solid-js"
import type { Accessor } from "solid-js"
import { failureOf } from "#src/api/failure.ts"
import type { Failure } from "#src/api/failure.ts"

export interface Action<A extends ReadonlyArray<unknown>> {
  /** Runs unless it is running. Resolves to whether it went well. */
  readonly run: (...args: A) => Promise<boolean>
  readonly isBusy: Accessor<boolean>
  readonly failure: Accessor<Failure | undefined>
  readonly clear: () => void
}

/** Something a person does that takes a while and may be refused: busy meanwhile, the refusal kept until the next try. */
export function createAction<A extends ReadonlyArray<unknown>>(work: (...args: A) => Promise<void>): Action<A> {
  const [isBusy, setBusy] = createSignal(false)
  const [failure, setFailure] = createSignal<Failure>()
  return {
    isBusy,
    failure,
    clear: () => setFailure(undefined),
    run: async (...args) => {
      if (isBusy()) return false
      setBusy(true)
      setFailure(undefined)
      try {
        await work(...args)
        return true
      } catch (error) {
        setFailure(failureOf(error))
        return false
      } finally {
        setBusy(false)
      }
    },
  }
}
