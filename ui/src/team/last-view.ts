import type { Remembered } from "@muster/client"
import { LAST_VIEWS_KEPT } from "#src/limits.ts"

/** A team as it was shown last, and when that was. Epoch milliseconds. */
export interface LastView extends Remembered {
  readonly savedAtMillis: number
}

interface Kept extends LastView {
  /** Whose view it is: nobody is shown what another person has seen here. */
  readonly userId: string
  readonly teamId: string
}

const DATABASE = "muster"
const STORE = "last-views"
const BY_TIME = "by-time"

/** The browser's database refused; the views of this page are kept nowhere then, and nothing else is different. */
class NoStorage extends Error {
  readonly _tag = "NoStorage"
}

const answerOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result))
    request.addEventListener("error", () => reject(new NoStorage("the request failed", { cause: request.error })))
  })

const open = (): Promise<IDBDatabase> => {
  // A browser may have none, or forbid it to this page by throwing.
  if (typeof indexedDB === "undefined") return Promise.reject(new NoStorage("there is no database"))
  const request = indexedDB.open(DATABASE, 1)
  request.addEventListener("upgradeneeded", () => {
    const store = request.result.createObjectStore(STORE, { keyPath: ["userId", "teamId"] })
    store.createIndex(BY_TIME, "savedAtMillis")
  })
  return answerOf(request)
}

/** Does something with what is kept; undefined when the browser keeps nothing. */
async function using<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => Promise<T>): Promise<T | undefined> {
  try {
    const database = await open()
    try {
      return await work(database.transaction(STORE, mode).objectStore(STORE))
    } finally {
      database.close()
    }
  } catch (error) {
    if (error instanceof NoStorage || error instanceof DOMException) return undefined
    throw error
  }
}

/** What a person saw last of a team; undefined when nothing is kept. */
export const readLastView = (userId: string, teamId: string): Promise<LastView | undefined> =>
  using<LastView | undefined>("readonly", (store) => answerOf<LastView | undefined>(store.get([userId, teamId])))

/** Keeps what a person sees of a team, and lets go of what others saw here and of the teams that were not seen for longest. */
export const keepLastView = async (userId: string, teamId: string, last: LastView): Promise<void> => {
  const kept: Kept = { ...last, userId, teamId }
  await using("readwrite", async (store) => {
    await answerOf(store.put(kept))
    const oldestFirst = await answerOf(store.index(BY_TIME).getAllKeys())
    const isOwn = (key: IDBValidKey) => Array.isArray(key) && key[0] === userId
    const own = oldestFirst.filter(isOwn)
    const surplus = own.slice(0, Math.max(0, own.length - LAST_VIEWS_KEPT))
    for (const key of [...surplus, ...oldestFirst.filter((each) => !isOwn(each))]) await answerOf(store.delete(key))
  })
}

/** Lets go of everything: somebody signed out, or somebody else signed in. */
export const forgetLastViews = async (): Promise<void> => {
  await using("readwrite", (store) => answerOf(store.clear()))
}
