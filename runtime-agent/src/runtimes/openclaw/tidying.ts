/**
 * Sessions that are over are deleted when the gateway has had nothing to do for a while: while it deletes one, on a busy machine for many
 * seconds, turns of any other session break off ("execution admission is closed").
 */
export interface Tidying {
  /** Work begins. Resolves when no deletion is under way. */
  readonly begin: () => Promise<void>
  readonly end: () => void
  /** A session is over. */
  readonly forget: (key: string) => void
  /** What is left goes with the gateway's state. */
  readonly close: () => void
}

/** `remove` must not reject: a session that can not be deleted is left to the end of the gateway's state. */
export const makeTidying = (remove: (key: string) => Promise<void>, idleMillis: number): Tidying => {
  const over = new Set<string>()
  let atWork = 0
  let timer: NodeJS.Timeout | undefined
  let removing: Promise<void> | undefined

  /** One after the other: who begins waits for one at most. */
  const removeAll = async (): Promise<void> => {
    for (const key of over) {
      if (atWork > 0) return
      over.delete(key)
      await remove(key)
    }
  }
  const schedule = (): void => {
    clearTimeout(timer)
    if (atWork > 0 || over.size === 0 || removing !== undefined) return
    timer = setTimeout(() => {
      removing = removeAll().finally(() => {
        removing = undefined
        schedule()
      })
    }, idleMillis)
    timer.unref()
  }
  return {
    begin: async () => {
      atWork += 1
      clearTimeout(timer)
      await removing
    },
    end: () => {
      atWork -= 1
      schedule()
    },
    forget: (key) => {
      over.add(key)
      schedule()
    },
    close: () => {
      over.clear()
      clearTimeout(timer)
    },
  }
}
