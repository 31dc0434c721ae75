import { statSync } from "node:fs"
import { join } from "node:path"
import type { ModelCheck, ModelEndpointDoc } from "@muster/contracts"
import { startModelScript } from "@muster/model-script"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { onDatabase, signedInOn, startMuster, startSignedIn, type Api, type Muster } from "./harness/index.ts"

const settings = async (api: Api): Promise<readonly ModelEndpointDoc[]> =>
  (await api.json<{ items: readonly ModelEndpointDoc[] }>("GET", "/models")).items
const check = (api: Api, path = "/organisation"): Promise<ModelCheck> =>
  api.json("POST", `${path}/model/check`, { body: {} })

describe("a product with MUSTER_DEMO_MODEL=scripted", () => {
  let muster: Muster
  let api: Api
  beforeAll(async () => {
    ;({ muster, api } = await startSignedIn({ env: { MUSTER_DEMO_MODEL: "scripted" } }))
  })
  afterAll(() => muster?.stop())

  const changes = () =>
    onDatabase(muster, (sql) => sql<{ type: string }[]>`select type from es.events where type like 'ModelEndpoint%'`)

  it("has a model from the first start, which answers and is named for what it is", async () => {
    expect(await settings(api)).toMatchObject([{ teamId: null, model: "scripted-demo", key: { isReadable: true } }])
    expect(await check(api)).toMatchObject({ ok: true, words: "“scripted-demo” answers." })
    expect(await changes()).toHaveLength(1)
  })

  it("keeps address and key over a crash, and records no change then", async () => {
    const before = await settings(api)
    await muster.kill9()
    await muster.start()
    expect(await settings(api)).toEqual(before)
    expect(await check(api)).toMatchObject({ ok: true })
    expect(await changes()).toHaveLength(1)
  })

  it("keeps the master key for its owner alone, and the key of the model out of log and database", async () => {
    expect(statSync(join(muster.dataDir, "master.key")).mode & 0o777).toBe(0o600)
    const [{ model }] = (await settings(api)) as readonly [ModelEndpointDoc]
    expect(model).toBe("scripted-demo")
    const own = await startModelScript({
      apiKey: "sk-of-a-customer-0123456789",
      rules: [{ when: {}, steps: [{ text: "OK" }] }],
    })
    try {
      const body = { baseUrl: own.baseUrl, model: "own", key: own.apiKey }
      await api.json("POST", "/organisation/model", { body })
      expect(await check(api)).toMatchObject({ ok: true, words: "“own” answers." })
      const rows = await onDatabase(muster, (sql) => sql`select e::text as text from app.model_endpoint e`)
      expect(rows).toHaveLength(1)
      expect(JSON.stringify(rows)).not.toContain(Buffer.from("of-a-customer").toString("hex"))
      expect(muster.lines().join("\n")).not.toContain("of-a-customer")
    } finally {
      await own.close()
    }
    expect(await check(api)).toMatchObject({
      ok: false,
      words: expect.stringContaining("Nothing listens there") as string,
    })
  })

  it("lets the organisation's own model alone, and says that the demo has no effect", async () => {
    await muster.terminate()
    await muster.start()
    expect(await settings(api)).toMatchObject([{ model: "own" }])
    expect(muster.lines().join("\n")).toContain("MUSTER_DEMO_MODEL has no effect")
  })

  it("removes the demo model when it is not asked for any more", async () => {
    await api.json("DELETE", "/organisation/model")
    await muster.terminate()
    await muster.start()
    expect(await settings(api)).toMatchObject([{ model: "scripted-demo" }])
    await muster.terminate()
    const plain = await startMuster({ dataDir: muster.dataDir })
    try {
      expect(await settings(signedInOn(plain, api))).toEqual([])
    } finally {
      await plain.stop()
    }
  })
})
