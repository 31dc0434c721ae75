// The load: asks for tasks by the clock, whether earlier ones were answered or not (open loop), and tells the recorder of every
// acknowledgement. A process of its own.
import { once } from "node:events"
import { createWriteStream } from "node:fs"
import { createInterface } from "node:readline"
import { setTimeout as delay } from "node:timers/promises"
import {
  LOAD_DRAIN_TIMEOUT_MILLIS,
  LOAD_REQUESTS_MAX,
  LOAD_STATUS_INTERVAL_MILLIS,
  LOAD_TICK_MILLIS,
} from "../limits.ts"
import { seeded } from "../random.ts"
import { lineOf } from "../recorder/history.ts"
import { makeClient } from "./client.ts"
import { RECORD_DESCRIPTOR, STOP_LINE, type LoadOrder, type LoadStatus } from "./protocol.ts"
import { nextArrival, type Arrival } from "./tasks.ts"

const REFUSED_TOLD_MAX = 20
const SECOND_MILLIS = 1_000

const input = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const first = await input.next()
const order = JSON.parse(String(first.value)) as LoadOrder
const stopping = new AbortController()
const listen = async (): Promise<void> => {
  for (let line = await input.next(); line.done !== true; line = await input.next())
    if (line.value === STOP_LINE) stopping.abort()
  // Whoever started us is gone.
  stopping.abort()
}

const giveUp = new AbortController()
const { urls, cookie, crews, run, tasksPerSecond } = order
const client = makeClient({ urls, cookie, giveUp: giveUp.signal })
const random = seeded(order.seed)
const record = createWriteStream("", { fd: RECORD_DESCRIPTOR })

let offered = 0
let acknowledged = 0
let unanswered = 0
const refused: string[] = []
const refuse = (why: string): void => {
  if (refused.length < REFUSED_TOLD_MAX) refused.push(why)
}
const tell = (): void => {
  const status: LoadStatus = { offered, acknowledged, unanswered, refused }
  process.stdout.write(`${JSON.stringify(status)}\n`)
}

const send = async (arrival: Arrival): Promise<void> => {
  const answer = await client.dispatch(arrival)
  if (answer.kind === "refused") return refuse(answer.why)
  if (answer.kind === "given-up") {
    unanswered += 1
    return
  }
  const { teamId, tasks } = arrival
  const atMillis = Date.now()
  const lines = answer.taskIds.map((taskId, index) =>
    lineOf({ taskId, teamId, name: tasks[index]?.title ?? "", atMillis }),
  )
  // A few bytes a task, to a recorder that nothing strikes: there is no need to wait for it.
  record.write(lines.join(""))
  acknowledged += lines.length
  const [taskId] = answer.taskIds
  if (!arrival.isCancelled || taskId === undefined) return
  const why = await client.cancel(teamId, taskId)
  if (why !== undefined) refuse(`cancel: ${why}`)
}

const waiting: Arrival[] = []
const sent = new Set<Promise<void>>()
const sendWaiting = (): void => {
  while (sent.size < LOAD_REQUESTS_MAX) {
    const arrival = waiting.shift()
    if (arrival === undefined) return
    const one: Promise<void> = send(arrival).finally(() => {
      sent.delete(one)
      sendWaiting()
    })
    sent.add(one)
  }
}

const arrive = async (): Promise<void> => {
  const beganAt = performance.now()
  for (let number = 1; !stopping.signal.aborted;) {
    const due = ((performance.now() - beganAt) / SECOND_MILLIS) * tasksPerSecond
    while (offered < due) {
      const arrival = nextArrival(number++, run, crews, random)
      offered += arrival.tasks.length
      waiting.push(arrival)
    }
    sendWaiting()
    await delay(LOAD_TICK_MILLIS)
  }
}

const telling = setInterval(tell, LOAD_STATUS_INTERVAL_MILLIS)
const listening = listen()
await arrive()
const late = setTimeout(() => giveUp.abort(), LOAD_DRAIN_TIMEOUT_MILLIS)
while (sent.size > 0) await Promise.race(sent)
clearTimeout(late)
clearInterval(telling)
tell()
record.end()
await once(record, "close")
await listening
