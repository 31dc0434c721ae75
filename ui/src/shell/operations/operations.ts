import { batch } from "solid-js"
import type { Accessor } from "solid-js"
import { createStore, produce } from "solid-js/store"
import { OPERATIONS_KEPT } from "#src/limits.ts"

/** One thing of many that did not go well. */
export interface OperationFailure {
  readonly what: string
  readonly reason: string
}

/** How far an operation is. `total` may become known, or grow, on the way. */
export interface OperationProgress {
  readonly done: number
  readonly total?: number
  /** What it is at just now, such as the name of a file. */
  readonly note?: string
}

/** What came of an operation that went to its end. */
export interface OperationResult {
  readonly summary?: string
  /** Kept in sight until they are read. With `isNothingDone` the whole counts as failed, else as partly done. */
  readonly failures?: ReadonlyArray<OperationFailure>
  readonly isNothingDone?: boolean
  /** Where the result can be looked at. */
  readonly href?: string
}

export interface OperationSpec {
  /** What is being done, in the words of the person: "Cancel 12 tasks". */
  readonly title: string
  readonly total?: number
  /**
   * Does the work. It must stop soon after `signal` is aborted; what it returns or throws then no longer counts.
   * A rejection ends the operation as failed, with the reason in words.
   */
  readonly run: (signal: AbortSignal, report: (progress: OperationProgress) => void) => Promise<OperationResult | void>
}

export type OperationState = "running" | "cancelling" | "done" | "partly" | "failed" | "cancelled"

export interface Operation {
  readonly id: number
  readonly title: string
  readonly state: OperationState
  readonly done: number
  readonly total: number | undefined
  readonly note: string | undefined
  /** Epoch milliseconds. */
  readonly startedAt: number
  readonly endedAt: number | undefined
  readonly summary: string | undefined
  readonly failures: ReadonlyArray<OperationFailure>
  readonly href: string | undefined
  /** Whether the person has had the end of it before their eyes. */
  readonly isRead: boolean
}

export interface OperationHandle {
  readonly id: number
  readonly cancel: () => void
  /** Settles with the state it ended in; never rejects. */
  readonly ended: Promise<OperationState>
}

export interface Operations {
  /** The newest first. */
  readonly all: Accessor<ReadonlyArray<Operation>>
  readonly running: Accessor<number>
  /** Ended badly and not read yet. */
  readonly unreadFailures: Accessor<number>
  readonly start: (spec: OperationSpec) => OperationHandle
  readonly cancel: (id: number) => void
  readonly dismiss: (id: number) => void
  /** Takes every ended operation off the list. */
  readonly clearEnded: () => void
  /** Everything that has ended has been seen now. */
  readonly markRead: () => void
}

export const isUnderWay = (operation: Operation): boolean =>
  operation.state === "running" || operation.state === "cancelling"

const isBad = (operation: Operation): boolean => operation.state === "failed" || operation.state === "partly"

type Draft = { -readonly [Key in keyof Operation]: Operation[Key] }

/**
 * What runs in this browser and takes a while: bulk commands, uploads, exports. It lives as long as the page, over all
 * routes. Operations that run or failed unread are never dropped; of the others the newest OPERATIONS_KEPT stay.
 */
export function createOperations(now: () => number = Date.now): Operations {
  const [store, setStore] = createStore<{ list: Array<Draft> }>({ list: [] })
  const aborts = new Map<number, AbortController>()
  let nextId = 1

  const change = (id: number, edit: (draft: Draft) => void) =>
    setStore(
      produce((draft) => {
        const found = draft.list.find((each) => each.id === id)
        if (found !== undefined) edit(found)
      }),
    )
  const forgetOld = () =>
    setStore("list", (list) => {
      let kept = 0
      return list.filter((each) => isUnderWay(each) || (isBad(each) && !each.isRead) || (kept += 1) <= OPERATIONS_KEPT)
    })
  const cancel = (id: number) =>
    batch(() => {
      const abort = aborts.get(id)
      if (abort === undefined) return
      change(id, (draft) => (draft.state = "cancelling"))
      abort.abort()
    })

  const end = (id: number, state: OperationState, result: OperationResult = {}) =>
    batch(() => {
      aborts.delete(id)
      change(id, (draft) => {
        draft.state = state
        draft.endedAt = now()
        draft.note = undefined
        draft.summary = result.summary
        draft.failures = result.failures ?? []
        draft.href = result.href
      })
      forgetOld()
    })

  const work = async (id: number, spec: OperationSpec, abort: AbortController): Promise<OperationState> => {
    const report = (progress: OperationProgress) => {
      if (!abort.signal.aborted)
        change(id, (draft) => {
          draft.done = progress.done
          draft.total = progress.total ?? draft.total
          draft.note = progress.note
        })
    }
    try {
      const result = (await spec.run(abort.signal, report)) ?? {}
      const state = abort.signal.aborted ? "cancelled" : stateOf(result)
      end(id, state, result)
      return state
    } catch (error) {
      if (abort.signal.aborted) {
        end(id, "cancelled")
        return "cancelled"
      }
      end(id, "failed", { summary: await reasonOf(error) })
      return "failed"
    }
  }

  return {
    all: () => store.list,
    running: () => store.list.filter(isUnderWay).length,
    unreadFailures: () => store.list.filter((each) => isBad(each) && !each.isRead).length,
    start: (spec) => {
      const id = nextId
      nextId += 1
      const abort = new AbortController()
      aborts.set(id, abort)
      const fresh: Draft = {
        id,
        title: spec.title,
        state: "running",
        done: 0,
        total: spec.total,
        note: undefined,
        startedAt: now(),
        endedAt: undefined,
        summary: undefined,
        failures: [],
        href: undefined,
        isRead: false,
      }
      setStore("list", (list) => [fresh, ...list])
      return { id, cancel: () => cancel(id), ended: work(id, spec, abort) }
    },
    cancel,
    dismiss: (id) => setStore("list", (list) => list.filter((each) => each.id !== id || isUnderWay(each))),
    clearEnded: () => setStore("list", (list) => list.filter(isUnderWay)),
    markRead: () =>
      setStore(
        produce((draft) => {
          for (const each of draft.list) if (!isUnderWay(each)) each.isRead = true
        }),
      ),
  }
}

function stateOf(result: OperationResult): OperationState {
  if ((result.failures ?? []).length === 0) return "done"
  return result.isNothingDone === true ? "failed" : "partly"
}

/** The reason in words: of the server's problem, else of the error itself, which is a defect and must be told as it is. */
async function reasonOf(error: unknown): Promise<string> {
  // With the client, which the first load does without.
  const { failureOf, failureText } = await import("#src/api/failure.ts")
  try {
    return failureText(failureOf(error))
  } catch (unforeseen) {
    return unforeseen instanceof Error ? `${unforeseen.name}: ${unforeseen.message}` : String(unforeseen)
  }
}

/** The operations of this page. */
export const operations = createOperations()

/** Starts something that takes a while and shows it in the operation centre until it has ended and was read. */
export const startOperation = operations.start
