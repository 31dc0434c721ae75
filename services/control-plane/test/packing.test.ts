import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { brotliDecompressSync, gunzipSync } from "node:zlib"
import { request } from "node:http"
import { afterAll, beforeAll, expect, test } from "vitest"
import { type Edge, startEdge } from "./support/edge.ts"
import { addMember, dispatch, type House, newTeam, openHouse } from "./support/house.ts"

const SCRIPT = "export const text = 'the same again';\n".repeat(500)
/** What a proxy on the machine says of a caller behind it. */
const FAR_AWAY = { "x-forwarded-for": "203.0.113.9" }

let house: House
let edge: Edge
beforeAll(async () => {
  house = await openHouse()
  const uiDir = join(house.floor.dir, "ui")
  mkdirSync(join(uiDir, "assets"), { recursive: true })
  writeFileSync(join(uiDir, "index.html"), "<!doctype html><title>Muster</title>")
  writeFileSync(join(uiDir, "assets", "index-abc123.js"), SCRIPT)
  writeFileSync(join(uiDir, "assets", "picture-abc123.png"), Buffer.alloc(SCRIPT.length))
  edge = await startEdge(house.floor, { uiDir })
})
afterAll(async () => {
  await edge.close()
  await house.close()
})

interface Answer {
  readonly status: number | undefined
  readonly encoding: string | undefined
  readonly vary: string | undefined
  readonly body: Buffer
}

/** The answer as it is on the wire: `fetch` would unpack it. */
const get = (path: string, headers: { readonly [name: string]: string }): Promise<Answer> =>
  new Promise((resolve, reject) => {
    request(edge.url + path, { headers }, (response) => {
      const parts: Buffer[] = []
      response.on("data", (part: Buffer) => parts.push(part))
      response.on("end", () =>
        resolve({
          status: response.statusCode,
          encoding: response.headers["content-encoding"],
          vary: response.headers.vary,
          body: Buffer.concat(parts),
        }),
      )
    })
      .on("error", reject)
      .end()
  })

test("a page's files are packed for who is far away, in the way that the caller understands", async () => {
  const path = "/assets/index-abc123.js"
  const best = await get(path, { ...FAR_AWAY, "accept-encoding": "gzip, deflate, br, zstd" })
  expect([best.encoding, best.vary]).toEqual(["br", "accept-encoding"])
  expect(brotliDecompressSync(best.body).toString()).toBe(SCRIPT)
  const gzip = await get(path, { ...FAR_AWAY, "accept-encoding": "gzip" })
  expect([gzip.encoding, gunzipSync(gzip.body).toString()]).toEqual(["gzip", SCRIPT])
  expect(gzip.body.length).toBeLessThan(SCRIPT.length / 10)
  const plain = await get(path, { ...FAR_AWAY, "accept-encoding": "identity" })
  expect([plain.encoding, plain.body.toString()]).toEqual([undefined, SCRIPT])
  const picture = await get("/assets/picture-abc123.png", { ...FAR_AWAY, "accept-encoding": "br" })
  expect([picture.encoding, picture.body.length]).toEqual([undefined, SCRIPT.length])
})

test("a caller on this machine gets everything as it is", async () => {
  const answer = await get("/assets/index-abc123.js", { "accept-encoding": "br" })
  expect([answer.encoding, answer.body.toString()]).toEqual([undefined, SCRIPT])
})

test("what the API answers is packed where it is long, and says the same", async () => {
  const team = await newTeam(house)
  const member = await addMember(house, team, "lea")
  for (let index = 0; index < 8; index += 1) await dispatch(house, team, member)
  const headers = { cookie: house.owner, "accept-encoding": "br" }
  const path = `/api/v1${team}/history?limit=100`
  const here = await get(path, headers)
  const there = await get(path, { ...headers, ...FAR_AWAY })
  expect([here.status, here.encoding, there.status, there.encoding]).toEqual([200, undefined, 200, "br"])
  expect(brotliDecompressSync(there.body).equals(here.body)).toBe(true)
  const short = await get("/api/v1/session", { ...headers, ...FAR_AWAY })
  expect([short.status, short.encoding]).toEqual([200, undefined])
})
