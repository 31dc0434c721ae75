import type { ConversationId } from "@muster/domain"
import { slotNumbers } from "#src/runtimes/openclaw/config.ts"

/** The places for sessions in one gateway. */
export interface Slots {
  /** A free slot (that one, if one is named), or the next that becomes free; undefined when the signal fires first. */
  readonly take: (signal: AbortSignal, only?: number) => Promise<number | undefined>
  readonly release: (slot: number) => void
}

const HEX = 16
const DIGITS_LOOKED_AT = 4

/** The slot of a conversation, always the same: its session belongs to that one's agent. */
export const slotOfConversation = (id: ConversationId): number =>
  slotNumbers[Number.parseInt(id.slice(-DIGITS_LOOKED_AT), HEX) % slotNumbers.length] ?? 1

interface Waiter {
  readonly only: number | undefined
  readonly give: (slot: number) => void
}

export const makeSlots = (): Slots => {
  const free = new Set(slotNumbers)
  const waiting = new Set<Waiter>()
  return {
    take: async (signal, only) => {
      if (signal.aborted) return undefined
      const [slot] = [...free].filter((each) => only === undefined || each === only)
      if (slot !== undefined) {
        free.delete(slot)
        return slot
      }
      return new Promise((resolve) => {
        const stop = (): void => {
          waiting.delete(waiter)
          resolve(undefined)
        }
        const waiter: Waiter = {
          only,
          give: (given) => {
            signal.removeEventListener("abort", stop)
            resolve(given)
          },
        }
        waiting.add(waiter)
        signal.addEventListener("abort", stop, { once: true })
      })
    },
    release: (slot) => {
      const next = [...waiting].find(({ only }) => only === undefined || only === slot)
      if (next === undefined) free.add(slot)
      else {
        waiting.delete(next)
        next.give(slot)
      }
    },
  }
}
