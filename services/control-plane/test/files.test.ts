import { createHash } from "node:crypto"
import { rm } from "node:fs/promises"
import { request } from "node:http"
import { join } from "node:path"
import { API_PREFIX } from "@muster/contracts"
import { ATTACHMENT_MAX_BYTES, ATTACHMENTS_MAX, streams } from "@muster/domain"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { signIn } from "./support/edge.ts"
import { addMember, foreigner, type House, newTeam, openHouse } from "./support/house.ts"

let house: House
let team: string
let ada: string
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())
beforeEach(async () => {
  team = await newTeam(house)
  ada = await addMember(house, team, "ada")
})

const teamId = () => team.slice("/teams/".length)
const hashOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex")
const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex")

interface Sent {
  readonly cookie?: string
  readonly headers?: Record<string, string>
  readonly to?: string
}
const put = async (name: string, bytes: Uint8Array, { cookie = house.owner, headers = {}, to = team }: Sent = {}) => {
  const response = await fetch(`${house.edge.url}${API_PREFIX}${to}/files?name=${encodeURIComponent(name)}`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream", cookie, ...headers },
    body: Buffer.from(bytes),
  })
  const json = (await response.json()) as Record<string, unknown> & { readonly type?: string }
  return { status: response.status, json, problem: json.type?.replace("urn:muster:problem:", "") }
}
const fetched = (path: string, cookie = house.owner) =>
  fetch(`${house.edge.url}${API_PREFIX}${path}`, { headers: { cookie } })
const uploads = async () =>
  (await house.floor.log.readStream(streams.files(teamId()))).map(({ type, data }) => [type, data])

describe("a file that a person uploads", () => {
  test("is kept by its hash, is on the record as what its bytes are, and is read back by the team", async () => {
    const sent = await put("Plan für Q3.png", PNG)
    const file = { sha256: hashOf(PNG), name: "Plan für Q3.png", mediaType: "image/png", size: PNG.length }
    expect(sent).toMatchObject({ status: 201, json: file })
    expect(await uploads()).toEqual([["FileUploaded", file]])
    const viewer = await signIn(house.floor, house.edge, "Vic", "viewer")
    const answer = await fetched(`${team}/files/${file.sha256}`, viewer)
    expect(answer.status).toBe(200)
    expect(Buffer.from(await answer.arrayBuffer()).equals(PNG)).toBe(true)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "image/png",
      "content-disposition": `attachment; filename="Plan f_r Q3.png"; filename*=UTF-8''Plan%20f%C3%BCr%20Q3.png`,
      "x-content-type-options": "nosniff",
      "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
      "cross-origin-resource-policy": "same-origin",
    })
  })

  test.each([
    ["page.html", "<!doctype html><script>alert(1)</script>", "text/plain; charset=utf-8"],
    ["drawing.svg", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "text/plain; charset=utf-8"],
    ["liar.png", "MZ\u0000\u0001 this is a program", "application/octet-stream"],
    ["table.csv", "a;b\n1;2\n", "text/csv; charset=utf-8"],
    ["empty.txt", "", "text/plain; charset=utf-8"],
  ])("%s is what its bytes say and never a page", async (name, text, mediaType) => {
    expect(await put(name, Buffer.from(text))).toMatchObject({ status: 201, json: { mediaType } })
  })

  test.each(["../../etc/passwd", "a/b.txt", "a\\b", "..", "a\u0000b", "exe\u202egpj.doc", "x".repeat(300), ""])(
    "may not be called %j, and nothing is kept",
    async (name) => {
      expect(await put(name, PNG)).toMatchObject({ status: 422, problem: "validation" })
      expect(await uploads()).toEqual([])
    },
  )

  test("is refused when it is too large, announced or not, and nothing is recorded", async () => {
    const large = Buffer.alloc(ATTACHMENT_MAX_BYTES + 1)
    const announced = await put("large.bin", large).catch(() => undefined)
    // A server that answers before it has read everything may close the connection under the sender.
    if (announced !== undefined) expect(announced).toMatchObject({ status: 413, problem: "too-large" })
    const status = await new Promise<number>((resolve) => {
      const outgoing = request(`${house.edge.url}${API_PREFIX}${team}/files?name=large.bin`, {
        method: "POST",
        headers: {
          cookie: house.owner,
          "content-type": "application/octet-stream",
          "transfer-encoding": "chunked",
        },
      })
      outgoing.on("response", (response) => resolve(response.statusCode ?? 0))
      outgoing.on("error", () => resolve(413))
      outgoing.end(large)
    })
    expect(status).toBe(413)
    expect(await uploads()).toEqual([])
  })

  test("that is broken off leaves nothing on the record", async () => {
    await new Promise<void>((resolve) => {
      const outgoing = request(`${house.edge.url}${API_PREFIX}${team}/files?name=half.bin`, {
        method: "POST",
        headers: { cookie: house.owner, "content-type": "application/octet-stream", "content-length": "1000000" },
      })
      outgoing.on("error", () => resolve())
      outgoing.write(Buffer.alloc(1_000), () => outgoing.destroy())
      outgoing.on("close", () => resolve())
    })
    expect((await put("whole.bin", PNG)).status).toBe(201)
    expect(await uploads()).toHaveLength(1)
  })

  test("sent again, under its key or as it is, is the same file; another under the key is refused", async () => {
    const headers = { "idempotency-key": "the-key" }
    const first = await put("a.png", PNG, { headers })
    expect((await put("a.png", PNG, { headers })).json).toEqual(first.json)
    expect((await put("a.png", PNG)).json).toMatchObject({ sha256: hashOf(PNG), name: "a.png" })
    expect(await uploads()).toHaveLength(1)
    expect(await put("a.png", Buffer.from("other"), { headers })).toMatchObject({ problem: "idempotency-conflict" })
  })

  test("is not taken from who may only look, from elsewhere, as anything but bytes, or by an archived team", async () => {
    const viewer = await signIn(house.floor, house.edge, "Vic", "viewer")
    expect((await put("a.png", PNG, { cookie: viewer })).status).toBe(403)
    expect((await put("a.png", PNG, { cookie: "" })).status).toBe(401)
    expect((await put("a.png", PNG, { headers: { origin: "https://evil.example" } })).problem).toBe("cross-origin")
    const form = { "content-type": "multipart/form-data; boundary=x" }
    expect((await put("a.png", PNG, { headers: form })).problem).toBe("unsupported-media-type")
    await house.post(`${team}/archive`, { reason: "" })
    expect((await put("a.png", PNG)).problem).toBe("archived")
  })

  test("does not exist for another organisation or another team, even by its hash", async () => {
    const { sha256 } = (await put("secret.txt", Buffer.from("the secret"))).json
    const eve = await foreigner(house)
    expect((await fetched(`${team}/files/${String(sha256)}`, eve)).status).toBe(404)
    const other = await newTeam(house)
    expect((await fetched(`${other}/files/${String(sha256)}`)).status).toBe(404)
    const attachments = [{ sha256 }]
    expect(await house.post(`${other}/chat`, { text: "mine now", attachments })).toMatchObject({
      status: 422,
      problem: "unknown-file",
    })
    await addMember(house, other, "lea", { role: "leader" })
    expect(await house.post(`${other}/tasks`, { title: "Take it", attachments })).toMatchObject({
      problem: "unknown-file",
    })
  })

  test("whose bytes are lost is not found, and the message that names it is still there", async () => {
    const { sha256 } = (await put("a.txt", Buffer.from("gone soon"))).json as { sha256: string }
    const posted = await house.post(`${team}/chat`, { text: "look", attachments: [{ sha256 }] })
    const path = join(house.floor.dir, "blobs", "objects", sha256.slice(0, 2), sha256.slice(2, 4), sha256)
    await rm(path)
    expect((await fetched(`${team}/files/${sha256}`)).status).toBe(404)
    const { items } = (await house.get(`${team}/chat?atLeast=${posted.position}`)).json as { items: unknown[] }
    expect(items).toMatchObject([{ attachments: [{ name: "a.txt" }] }])
  })
})

describe("files at a message", () => {
  const two = async () => {
    const [a, b] = [await put("a.txt", Buffer.from("a")), await put("b.png", PNG)]
    return [a.json, b.json] as readonly Record<string, string>[]
  }

  test("are recorded with it, under the names they were uploaded by", async () => {
    const [a, b] = await two()
    await put("again.png", PNG)
    const attachments = [{ sha256: a?.["sha256"] }, { sha256: b?.["sha256"], name: "b.png" }]
    const posted = await house.post(`${team}/chat`, { text: "look", attachments })
    const { items } = (await house.get(`${team}/chat?atLeast=${posted.position}`)).json as { items: unknown[] }
    expect(items).toMatchObject([
      {
        attachments: [
          { name: "a.txt", mediaType: "text/plain; charset=utf-8", size: 1 },
          { name: "b.png", mediaType: "image/png", size: PNG.length },
        ],
      },
    ])
  })

  test("go to each agent it mentions, with its turn, and into a task that is made of it", async () => {
    const [a] = await two()
    const attachments = [{ sha256: a?.["sha256"] }]
    const posted = await house.post(`${team}/chat`, { text: "@ada read this", mentions: [ada], attachments })
    const made = await house.post(`${team}/tasks`, { title: "Read", memberId: ada, attachments })
    const { items } = (await house.get(`${team}/tasks?atLeast=${made.position}`)).json as { items: { id: string }[] }
    expect(posted.status).toBe(201)
    expect(items).toHaveLength(2)
    for (const { id } of items) {
      const [dispatched] = await house.floor.log.readStream(streams.task(id))
      expect(dispatched?.data).toMatchObject({ spec: { attachments: [{ name: "a.txt", sha256: a?.["sha256"] }] } })
    }
  })

  test("are refused as a whole when one is unknown, misnamed, or there are too many", async () => {
    const [a] = await two()
    const good = { sha256: a?.["sha256"] }
    const post = (attachments: unknown) => house.post(`${team}/chat`, { text: "x", attachments })
    expect(await post([good, { sha256: "0".repeat(64) }])).toMatchObject({ problem: "unknown-file" })
    expect(await post([{ ...good, name: "never.txt" }])).toMatchObject({ problem: "unknown-file" })
    expect(await post(Array.from({ length: ATTACHMENTS_MAX + 1 }, () => good))).toMatchObject({ problem: "validation" })
    expect(await post([{ sha256: "../../etc" }])).toMatchObject({ problem: "validation" })
  })
})
