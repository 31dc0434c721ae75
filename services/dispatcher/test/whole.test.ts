import { streams, type IncarnationId } from "@muster/domain"
import { layerPostgres } from "@muster/event-store/postgres"
import { layerOperationalState, OperationalState } from "@muster/operational-state"
import { layerReadModels, migrateReadModels } from "@muster/read-models"
import { layerTeamBus } from "@muster/team-bus"
import { Effect, Layer } from "effect"
import postgres from "postgres"
import { afterAll, beforeAll, expect, test } from "vitest"
import { v7 } from "uuid"
import { dispatcher } from "#src/index.ts"
import { FakeAgent } from "./support/fake-agent.ts"
import { House } from "./support/house.ts"
import { startServers, type Servers } from "./support/servers.ts"
import { silentLog } from "./support/silent-log.ts"

let servers: Servers
beforeAll(async () => {
  servers = await startServers()
  const owner = postgres(servers.postgres.ownerUrl, { max: 1, onnotice: () => undefined })
  await migrateReadModels(owner)
  await owner.end()
})
afterAll(() => servers.stop())

test("as a service over the real layers it finds its way from the log, grants what the state of operation says, and stops clean", async () => {
  const house = new House(servers)
  const url = servers.postgres.appUrl
  const member = await house.addMember(await house.createTeam())
  const taskId = await house.dispatch(member)
  const layers = Layer.mergeAll(
    layerPostgres({ url }),
    layerReadModels({ url, log: silentLog }),
    layerOperationalState({ url }),
    layerTeamBus({ url: servers.redis.url, log: silentLog }),
  )
  const program = Effect.gen(function* () {
    yield* dispatcher({ log: silentLog, timings: { tickMillis: 25, healthMillis: 50 } })
    const { agents } = yield* OperationalState
    yield* Effect.promise(async () => {
      const incarnation = v7() as IncarnationId
      await house.memberCommand(member, { kind: "bind", incarnation, agentVersion: "test", host: "test" })
      const credentials = await agents.bind({ ...member, orgId: house.orgId, incarnation, revision: 2 })
      const bare = new URL(servers.redis.url)
      bare.password = ""
      const agent = new FakeAgent({
        url: bare.toString(),
        username: credentials.busUsername,
        password: credentials.busPassword,
        ...member,
        incarnation,
        beatMillis: 50,
      })
      await agent.succeed(await agent.task())
      await agent.stop()
    })
  })
  await Effect.runPromise(Effect.scoped(program).pipe(Effect.provide(layers)))
  expect((await house.taskState(taskId)).phase).toBe("succeeded")
  const after = await house.dispatch(member)
  expect(await house.typesOf(streams.task(after))).toEqual(["TaskDispatched"])
  await house.close()
})
