import { catalogue, policy, type AssignmentId, type TaskId } from "@muster/domain"
import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import {
  ArtifactName,
  ControlMessage,
  LEASE_MILLIS,
  NewMember,
  PRESENCE_BEAT_MILLIS,
  PRESENCE_TTL_MILLIS,
  ReportEnvelope,
  routes,
  type Route,
} from "#src/index.ts"

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`
const table: [string, Route][] = Object.entries(routes)
const decodes = (schema: Schema.Top, value: unknown) =>
  Schema.decodeUnknownResult(schema as Schema.Codec<unknown>)(value, { onExcessProperty: "error" })._tag === "Success"

describe("the route table", () => {
  it("names each method and path once", () => {
    const names = table.map(([, r]) => `${r.method} ${r.path.replaceAll(/:\w+/gu, ":id")}`)
    expect(new Set(names).size).toBe(names.length)
  })

  it.each(table)("%s declares each parameter of its path, and an action of the policy table", (_name, route) => {
    const inPath = [...route.path.matchAll(/:(\w+)/gu)].map((m) => m[1])
    const fields =
      route.params === undefined ? [] : Object.keys((route.params as Schema.Struct<Schema.Struct.Fields>).fields)
    expect(new Set(fields)).toEqual(new Set(inPath))
    if (route.action !== "public") expect(Object.keys(policy)).toContain(route.action)
    if (route.method === "POST" || route.method === "PATCH") expect(route.body ?? route.bodyMaxBytes).toBeDefined()
  })
})

describe("time limits of the bus", () => {
  it("leave room for lost beats: a lease outlives two presence keys' worth of silence", () => {
    expect(PRESENCE_TTL_MILLIS).toBeGreaterThanOrEqual(3 * PRESENCE_BEAT_MILLIS)
    expect(LEASE_MILLIS).toBeGreaterThanOrEqual(2 * PRESENCE_TTL_MILLIS)
  })
})

describe("an artifact's name", () => {
  it.each(["result.md", "reports/2026/a b.txt", "naïve.txt", "..hidden", "a..b"])("may be %j", (name) => {
    expect(decodes(ArtifactName, name)).toBe(true)
  })
  it.each([
    "",
    "/etc/passwd",
    "../x",
    "a/../b",
    "a//b",
    "./a",
    "a/.",
    "a\\b",
    "a\nb",
    "a\u0000b",
    "\ud800",
    "x".repeat(513),
  ])("may not be %j", (name) => expect(decodes(ArtifactName, name)).toBe(false))
})

describe("entries on the bus", () => {
  const report = { kind: "started", assignmentId: id(1) as AssignmentId, taskId: id(2) as TaskId }
  const envelope = { v: 1, incarnation: id(3), seq: 1, at: "2026-01-01T00:00:00.000Z", report }
  it("are taken when they are whole", () => expect(decodes(ReportEnvelope, envelope)).toBe(true))
  it.each([
    ["another version", { ...envelope, v: 2 }],
    ["a number that does not count", { ...envelope, seq: 0 }],
    ["an unknown kind", { ...envelope, report: { ...report, kind: "exploded" } }],
    ["an unknown field", { ...envelope, extra: 1 }],
    [
      "a path that climbs",
      {
        ...envelope,
        report: { ...report, kind: "artifact", name: "../x", sha256: "0".repeat(64), size: 1, mediaType: "" },
      },
    ],
  ])("are refused with %s", (_what, value) => expect(decodes(ReportEnvelope, value)).toBe(false))
  it("that steer carry their assignment", () => {
    expect(decodes(ControlMessage, { v: 1, kind: "cancel", taskId: id(2), assignmentId: id(1), reason: "" })).toBe(true)
    expect(decodes(ControlMessage, { v: 1, kind: "cancel", taskId: id(2), reason: "" })).toBe(false)
  })
})

describe("a new member", () => {
  it.each(["a", "qa-2", "0"])("may be called @%s", (handle) =>
    expect(decodes(NewMember, { handle, runtime: "simulated" })).toBe(true),
  )
  it.each(["", "A", "-a", "a b", "x".repeat(33)])("may not be called @%s", (handle) =>
    expect(decodes(NewMember, { handle, runtime: "simulated" })).toBe(false),
  )
})

describe("every event", () => {
  it("has a shape that can be printed", () => {
    for (const entry of Object.values(catalogue))
      expect(Schema.toJsonSchemaDocument(entry.data as Schema.Top)).toBeDefined()
  })
})
