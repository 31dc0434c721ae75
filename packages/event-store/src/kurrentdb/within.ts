import { KurrentFault } from "#src/kurrentdb/faults.ts"

/** The result of `work`, or a `lost` fault; a late failure of the loser is observed by the race and dropped. */
export const within = async <A>(work: PromiseLike<A>, millis: number): Promise<A> => {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new KurrentFault({ kind: "lost", code: "timed-out" })), millis)
  })
  try {
    return await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
