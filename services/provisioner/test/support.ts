import { randomUUID } from "node:crypto"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import type { MemberId, Position, RecordedEvent } from "@muster/domain"
import { type InstanceDriver, type InstanceStatus, processDriver } from "@muster/drivers"
import { silentLog } from "@muster/platform"
import { eventually, tempDir } from "@muster/platform/testing"
import { makeClaims } from "#src/claims.ts"
import { fateOf } from "#src/fate.ts"
import { DEFAULT_TIMINGS } from "#src/limits.ts"
import type { Desired } from "#src/plan.ts"
import { type RunningProvisioner, startProvisioner } from "#src/run.ts"
import { memoryPlaces, type MemoryPlaces } from "#test/memory-places.ts"

/** The log, and read models that show of it what a test lets them show. */
export interface Books {
  readonly append: (stream: string, type: string, data: object) => void
  readonly events: readonly RecordedEvent[]
  readonly subscribe: (options: { signal: AbortSignal }) => AsyncIterable<readonly RecordedEvent[]>
}

const makeBooks = (): Books => {
  const events: RecordedEvent[] = []
  return {
    events,
    append: (stream, type, data) => {
      const revision = events.filter((event) => event.stream === stream).length + 1
      const position = String(events.length + 1) as Position
      const meta = { org: randomUUID() } as unknown as RecordedEvent["meta"]
      const id = randomUUID() as RecordedEvent["id"]
      events.push({ id, stream, revision, position, type, schema: 1, data, meta, at: new Date().toISOString() })
    },
    subscribe: async function* ({ signal }) {
      let told = events.length
      while (!signal.aborted) {
        const fresh = events.slice(told)
        told = events.length
        if (fresh.length > 0) yield fresh
        await delay(10)
      }
    },
  }
}

export interface Place {
  readonly books: Books
  readonly desired: Desired[]
  readonly driver: InstanceDriver
  readonly minted: { readonly memberId: string; readonly token: string }[]
  /** Keys of agents that the control plane accepts. */
  readonly keys: Set<string>
  /** The next bootstraps are refused. */
  readonly refuseNext: (times: number) => void
  readonly root: string
  readonly places: MemoryPlaces
  readonly start: () => RunningProvisioner
  /** Another place over the same members, with instances of its own. */
  readonly startElsewhere: () => RunningProvisioner & { readonly driver: InstanceDriver }
  readonly add: () => Desired
  readonly statusOf: (member: Desired) => Promise<InstanceStatus | undefined>
  readonly running: (member: Desired) => Promise<InstanceStatus>
  readonly close: () => Promise<void>
}

const AGENT_MAIN = fileURLToPath(new URL("../../../runtime-agent/src/main.ts", import.meta.url))

/** Real agents as real processes; the control plane only enrols them, and their bus is never there. */
export const makePlace = async (): Promise<Place> => {
  const dir = tempDir("muster-test-provisioner-")
  const books = makeBooks()
  const desired: Desired[] = []
  const minted: { memberId: string; token: string }[] = []
  const keys = new Set<string>()
  let refusals = 0
  const server = createServer((request, reply) => {
    const chunks: Buffer[] = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const answer = (status: number, body: object) => {
        reply.writeHead(status, { "content-type": "application/json" })
        reply.end(JSON.stringify(body))
      }
      if (request.url !== "/api/v1/agent/bootstrap") {
        const key = request.headers.authorization?.replace("Bearer ", "") ?? ""
        return answer(keys.has(key) ? 404 : 401, { type: "", title: "", status: 0 })
      }
      const { token } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { token: string }
      const invitation = minted.find((each) => each.token === token)
      const member = desired.find(({ memberId }) => memberId === invitation?.memberId)
      refusals -= 1
      if (!member || refusals >= 0) return answer(401, { type: "", title: "refused", status: 401 })
      const apiKey = randomUUID()
      keys.add(apiKey)
      return answer(200, {
        memberId: member.memberId,
        teamId: member.teamId,
        incarnation: randomUUID(),
        controlPlaneUrl: url,
        apiKey,
        bus: { url: "redis://127.0.0.1:1", username: "nobody", password: "nothing" },
        settings: { slots: 1, runtime: "simulated", runtimeOptions: {} },
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const root = join(dir.path, "instances")
  const driver = processDriver({ root, agentMain: AGENT_MAIN, log: silentLog })
  const statusOf = async ({ memberId }: Desired) => (await driver.list()).find(({ id }) => id === memberId)
  const started = new Set<RunningProvisioner>()
  const places = memoryPlaces()
  const store = {
    head: async () => String(books.events.length) as Position,
    subscribe: books.subscribe,
    readStream: async (stream: string, { after = 0, limit = 100 }: { after?: number; limit?: number } = {}) =>
      books.events.filter((event) => event.stream === stream && event.revision > after).slice(0, limit),
  }
  const startAt = (place: string, instances: string): RunningProvisioner => {
    const timings = {
      ...DEFAULT_TIMINGS,
      resyncMillis: 1_000,
      settleMillis: 5,
      restartFirstMillis: 50,
      placeLeaseMillis: 2_000,
      placeRenewMillis: 100,
    }
    const running = startProvisioner({
      store,
      readModels: { waitFor: async () => true },
      claims: makeClaims({ places, place, timings }),
      driver: processDriver({ root: instances, agentMain: AGENT_MAIN, log: silentLog }),
      desired: async () => [...desired],
      fateOf: (memberId: MemberId) => fateOf(store, memberId),
      mint: async ({ memberId }) => {
        const token = randomUUID()
        minted.push({ memberId, token })
        return { token }
      },
      controlPlaneUrl: url,
      teamsDir: join(dir.path, "teams"),
      agentEnv: {},
      timings,
      log: silentLog,
    })
    started.add(running)
    return running
  }
  return {
    books,
    desired,
    driver,
    minted,
    keys,
    refuseNext: (times) => {
      refusals = times
    },
    root,
    places,
    start: () => startAt("here", root),
    startElsewhere: () => {
      const otherRoot = join(dir.path, "elsewhere")
      const running = startAt("elsewhere", otherRoot)
      return { ...running, driver: processDriver({ root: otherRoot, agentMain: AGENT_MAIN, log: silentLog }) }
    },
    add: () => {
      const member = { memberId: randomUUID(), teamId: randomUUID(), orgId: randomUUID() } as unknown as Desired
      desired.push(member)
      books.append(`team-${member.teamId}`, "TeamCreated", {
        teamId: member.teamId,
        profile: { name: "Team", description: "" },
        requestHash: "",
      })
      books.append(`member-${member.memberId}`, "MemberAdded", {
        memberId: member.memberId,
        teamId: member.teamId,
        profile: {
          handle: "a",
          name: "A",
          role: "member",
          runtime: "simulated",
          runtimeOptions: {},
          slots: 1,
          skills: [],
          placement: "local",
        },
        requestHash: "",
      })
      return member
    },
    statusOf,
    running: (member) =>
      eventually("it runs and is enrolled", async () => {
        const status = await statusOf(member)
        return status?.state === "running" && status.isEnrolled && status
      }),
    close: async () => {
      for (const running of started) await running.stop()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
      dir.remove()
    },
  }
}
