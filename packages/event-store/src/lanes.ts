/** What the lanes need to know of an item. */
export interface LaneItem {
  readonly stream: string
  readonly bytes: number
}

interface Waiting<A> {
  readonly item: A
  next: Waiting<A> | undefined
}
interface Lane<A> {
  head: Waiting<A>
  tail: Waiting<A>
}

/**
 * Queues requests so that a batch holds each stream at most once and no stream overtakes itself: one lane per stream, and
 * a line of lanes that may send their first item. A stream whose item is in a batch is out of the line until `release`.
 * Every step costs the same however long the queues are.
 */
export const makeLanes = <A extends LaneItem>() => {
  const lanes = new Map<string, Lane<A>>()
  const busy = new Set<string>()
  let line: string[] = []
  let lineStart = 0
  let size = 0
  let bytes = 0

  const push = (item: A): void => {
    const waiting: Waiting<A> = { item, next: undefined }
    const lane = lanes.get(item.stream)
    if (lane === undefined) {
      lanes.set(item.stream, { head: waiting, tail: waiting })
      if (!busy.has(item.stream)) line.push(item.stream)
    } else {
      lane.tail.next = waiting
      lane.tail = waiting
    }
    size += 1
    bytes += item.bytes
  }

  const shift = (stream: string, lane: Lane<A>): A => {
    const { item, next } = lane.head
    if (next === undefined) lanes.delete(stream)
    else lane.head = next
    size -= 1
    bytes -= item.bytes
    return item
  }

  /** The next batch: at least one item if any may go, then as many as the limits allow. */
  const take = (limits: { readonly requests: number; readonly bytes: number }): A[] => {
    const batch: A[] = []
    let batchBytes = 0
    while (lineStart < line.length && batch.length < limits.requests) {
      const stream = line[lineStart]
      const lane = stream === undefined ? undefined : lanes.get(stream)
      if (stream === undefined || lane === undefined) throw new Error("invariant: a stream in line has a lane")
      if (batch.length > 0 && batchBytes + lane.head.item.bytes > limits.bytes) break
      lineStart += 1
      busy.add(stream)
      const item = shift(stream, lane)
      batch.push(item)
      batchBytes += item.bytes
    }
    if (lineStart > 1024 && lineStart * 2 > line.length) {
      line = line.slice(lineStart)
      lineStart = 0
    }
    return batch
  }

  /** Gives the streams of a finished batch back: those with more to send go to the end of the line. */
  const release = (batch: readonly A[]): void => {
    for (const { stream } of batch) {
      busy.delete(stream)
      if (lanes.has(stream)) line.push(stream)
    }
  }

  return { push, take, release, size: () => size, bytes: () => bytes }
}
