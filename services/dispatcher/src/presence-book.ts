import type { AgentStatus } from "@muster/contracts"
import type { Presence } from "@muster/team-bus"

interface Heard {
  readonly incarnation: string
  readonly status: typeof AgentStatus.Type
  readonly raw: string
  readonly beatMillis: number
  /** False once the key is gone. */
  readonly isThere: boolean
}

/** What is known of the members' agents from their heartbeats. Volatile: only changes become events. */
export class PresenceBook {
  readonly #heard = new Map<string, Heard>()

  /** Notes what the member's key holds; true when it is a beat that was not seen before. */
  note(memberId: string, presence: Presence | undefined, nowMillis: number): boolean {
    const before = this.#heard.get(memberId)
    if (presence === undefined) {
      if (before !== undefined) this.#heard.set(memberId, { ...before, isThere: false })
      return false
    }
    const isNew = before?.raw !== presence.raw
    const { incarnation, status } = presence.value
    const beatMillis = isNew ? nowMillis : before.beatMillis
    this.#heard.set(memberId, { incarnation, status, raw: presence.raw, beatMillis, isThere: true })
    return isNew
  }

  forget(memberId: string): void {
    this.#heard.delete(memberId)
  }

  lastBeatMillis(memberId: string): number | undefined {
    return this.#heard.get(memberId)?.beatMillis
  }

  isThere(memberId: string, incarnation: string | undefined): boolean {
    const heard = this.#heard.get(memberId)
    return heard !== undefined && heard.isThere && heard.incarnation === incarnation
  }

  /** True when the agent of this incarnation is there and takes work. */
  isReady(memberId: string, incarnation: string | undefined): boolean {
    return this.isThere(memberId, incarnation) && this.#heard.get(memberId)?.status === "ready"
  }
}
