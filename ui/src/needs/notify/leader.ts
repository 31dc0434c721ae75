/** Name of the lock that the tab which notifies holds. */
const LOCK = "muster.needs.notify"

/**
 * Tells whether this tab is the one of its browser that notifies; another one takes over when it is closed. Without the means to
 * find out (an insecure address) every tab is.
 */
export function leadNotifications(locks: LockManager | undefined = navigator.locks): {
  readonly isLeader: () => boolean
  readonly stop: () => void
} {
  if (locks === undefined) return { isLeader: () => true, stop: () => undefined }
  const stopping = new AbortController()
  let isLeader = false
  let release: () => void = () => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  locks
    .request(LOCK, { signal: stopping.signal }, async () => {
      isLeader = true
      await held
      isLeader = false
    })
    // Stopped while it waited for its turn.
    .catch((error: unknown) => {
      if (!(error instanceof DOMException && error.name === "AbortError")) throw error
    })
  return {
    isLeader: () => isLeader,
    stop: () => {
      stopping.abort()
      release()
    },
  }
}
