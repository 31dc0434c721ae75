/**
 * Assignments that an agent says it holds although they have ended: what told it so was lost with the bus, or with the process that
 * was to say it. An outcome on its way is in the list for a moment, too: only what stays there is told again.
 */
export class StrayBook {
  readonly #graceMillis: number
  /** Assignment → when it was first seen, or last told. */
  readonly #since = new Map<string, { readonly memberId: string; millis: number }>()

  constructor(graceMillis: number) {
    this.#graceMillis = graceMillis
  }

  /** What a heartbeat lists, and what the member holds; answers with what the agent has to be told now. */
  note(memberId: string, listed: Iterable<string>, held: ReadonlySet<string>, nowMillis: number): readonly string[] {
    const strays = new Set<string>()
    for (const id of listed) if (!held.has(id)) strays.add(id)
    for (const [id, seen] of this.#since) if (seen.memberId === memberId && !strays.has(id)) this.#since.delete(id)
    const due: string[] = []
    for (const id of strays) {
      const seen = this.#since.get(id)
      if (seen === undefined) this.#since.set(id, { memberId, millis: nowMillis })
      else if (nowMillis - seen.millis >= this.#graceMillis) {
        seen.millis = nowMillis
        due.push(id)
      }
    }
    return due
  }

  /** Forgets all members but these. */
  keepOnly(memberIds: ReadonlySet<string>): void {
    for (const [id, { memberId }] of this.#since) if (!memberIds.has(memberId)) this.#since.delete(id)
  }
}
