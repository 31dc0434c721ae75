import { BusDenied, BusGroupMissing, type BusError } from "#src/errors.ts"

/** Why the agent has no bus. */
export type BusLoss =
  /** There is no connection. */
  | { readonly kind: "disconnected"; readonly reason: string }
  /** The bus does not take these credentials: replaced, revoked, or not granted again yet after a restart of the bus. */
  | { readonly kind: "denied"; readonly reason: string }
  /** The bus lost its memory; the dispatcher will rebuild it. */
  | { readonly kind: "no-group"; readonly reason: string }

const asLoss = (error: BusError): BusLoss => {
  const { reason } = error
  if (error instanceof BusDenied) return { kind: "denied", reason }
  return error instanceof BusGroupMissing ? { kind: "no-group", reason } : { kind: "disconnected", reason }
}

export interface Health {
  readonly fail: (part: string, error: BusError) => void
  readonly heal: (part: string) => void
  readonly loss: () => BusLoss | undefined
  readonly onLost: (listener: (loss: BusLoss) => void) => () => void
  readonly onBack: (listener: () => void) => () => void
}

/**
 * Adds up what ails the parts of one bus connection. Listeners hear of the first loss, of a change of its kind, and of the
 * moment when no part is ailing any more.
 */
export const makeHealth = (parts: readonly string[]): Health => {
  const ailing = new Map<string, BusLoss>(
    parts.map((part) => [part, { kind: "disconnected", reason: "not connected yet" }]),
  )
  const lostListeners = new Set<(loss: BusLoss) => void>()
  const backListeners = new Set<() => void>()
  const current = (): BusLoss | undefined => {
    const losses = [...ailing.values()]
    // Denied tells the most: a connection that is refused is also no connection.
    return losses.find((loss) => loss.kind === "denied") ?? losses[0]
  }
  let told: BusLoss["kind"] | undefined
  return {
    fail: (part, error) => {
      ailing.set(part, asLoss(error))
      const loss = current()
      if (loss === undefined || loss.kind === told) return
      told = loss.kind
      for (const listener of lostListeners) listener(loss)
    },
    heal: (part) => {
      if (!ailing.delete(part) || ailing.size > 0) return
      told = undefined
      for (const listener of backListeners) listener()
    },
    loss: current,
    onLost: (listener) => {
      lostListeners.add(listener)
      return () => lostListeners.delete(listener)
    },
    onBack: (listener) => {
      backListeners.add(listener)
      return () => backListeners.delete(listener)
    },
  }
}
