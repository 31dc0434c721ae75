/**
 * When each member was last heard, and each assignment last listed by a heartbeat. After the bus was lost or the dispatcher was started, everyone gets one
 * full lease: silence that nobody could hear proves nothing.
 */
export class LeaseBook {
  readonly #leaseMillis: number
  readonly #heard = new Map<string, number>()
  /** When an assignment that nobody had begun was last seen in its inbox. */
  readonly #seenWaiting = new Map<string, number>()
  /** Assignments that nobody had begun, that were taken out of their inbox. */
  readonly #seenTaken = new Set<string>()
  #graceFromMillis: number

  constructor(leaseMillis: number, nowMillis: number) {
    this.#leaseMillis = leaseMillis
    this.#graceFromMillis = nowMillis
  }

  /** A heartbeat listed these assignments. */
  hear(assignmentIds: Iterable<string>, nowMillis: number): void {
    for (const id of assignmentIds) this.#heard.set(id, nowMillis)
  }

  /** It waits in its inbox: no need to look again for a while. */
  seeWaiting(assignmentId: string, nowMillis: number): void {
    this.#seenWaiting.set(assignmentId, nowMillis)
    this.#seenTaken.delete(assignmentId)
  }

  /** It was taken: whoever took it has a lease from now on to speak of it. False when it had that already. */
  seeTaken(assignmentId: string, nowMillis: number): boolean {
    if (this.#seenTaken.has(assignmentId)) return false
    this.#seenTaken.add(assignmentId)
    this.#seenWaiting.set(assignmentId, nowMillis)
    return true
  }

  /** Nobody could be heard until now. */
  grantGrace(nowMillis: number): void {
    this.#graceFromMillis = Math.max(this.#graceFromMillis, nowMillis)
  }

  /** Since when everybody could be heard, as far as is known. */
  get heardSinceMillis(): number {
    return this.#graceFromMillis
  }

  lastHeardMillis(assignmentId: string): number | undefined {
    return this.#heard.get(assignmentId)
  }

  /** True when a whole lease has passed since it was heard, since `sinceMillis` and since the grace began. */
  isExpired(assignmentId: string, sinceMillis: number, nowMillis: number): boolean {
    const known = Math.max(this.#heard.get(assignmentId) ?? 0, this.#seenWaiting.get(assignmentId) ?? 0)
    const from = Math.max(known, sinceMillis, this.#graceFromMillis)
    return nowMillis - from > this.#leaseMillis
  }

  /** True when nothing was heard of it, and it could have been heard, for `millis`. */
  isSilent(id: string, millis: number, nowMillis: number): boolean {
    return nowMillis - Math.max(this.#heard.get(id) ?? 0, this.#graceFromMillis) > millis
  }

  /** Forgets all members and assignments but these. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const known of [this.#heard, this.#seenWaiting, this.#seenTaken])
      for (const id of known.keys()) if (!ids.has(id)) known.delete(id)
  }
}
