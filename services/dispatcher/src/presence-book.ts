import type { AgentStatus } from "@muster/contracts"
import type { Presence } from "@muster/team-bus"

interface Heard {
  readonly incarnation: string
  readonly status: typeof AgentStatus.Type
  /** Why it cannot work, and since when it says that it cannot. */
  readonly blocked: { readonly reason: string; readonly sinceMillis: number } | undefined
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
    const { incarnation, status, blockedReason } = presence.value
    const isBlocked = status === "blocked" && blockedReason !== null
    const sinceMillis = (before?.incarnation === incarnation ? before.blocked?.sinceMillis : undefined) ?? nowMillis
    const blocked = isBlocked ? { reason: blockedReason, sinceMillis } : undefined
    const beatMillis = isNew ? nowMillis : before.beatMillis
    this.#heard.set(memberId, { incarnation, status, blocked, raw: presence.raw, beatMillis, isThere: true })
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

  /** Why the agent of this incarnation cannot work, once it has said so for `forMillis`: at its start it has not looked yet. */
  blockedReason(memberId: string, forMillis: number, nowMillis: number): string | undefined {
    const blocked = this.#heard.get(memberId)?.blocked
    return blocked !== undefined && nowMillis - blocked.sinceMillis >= forMillis ? blocked.reason : undefined
  }

  isBlocked(memberId: string): boolean {
    return this.#heard.get(memberId)?.blocked !== undefined
  }

  /** True when the agent of this incarnation is there and takes work. */
  isReady(memberId: string, incarnation: string | undefined): boolean {
    return this.isThere(memberId, incarnation) && this.#heard.get(memberId)?.status === "ready"
  }
}
