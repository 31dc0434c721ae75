import type { AssignmentReport, PresenceValue, ReportEnvelope, TaskEnvelope } from "@muster/contracts"
import { Redis } from "ioredis"
import { createHash, randomUUID } from "node:crypto"
import type { BusUser, MemberRef } from "@muster/team-bus"
import { busUsername } from "@muster/team-bus"
import type { BusLog } from "#src/log.ts"

const quiet = () => undefined
export const silentLog: BusLog = { debug: quiet, info: quiet, warn: quiet, error: quiet }

export const newMember = (teamId: string = randomUUID()): MemberRef => ({ teamId, memberId: randomUUID() })

export const PASSWORD = "secret-of-a-test"

export const newUser = (member: MemberRef): BusUser => {
  const incarnation = randomUUID()
  return {
    ...member,
    incarnation,
    username: busUsername(member.memberId, incarnation),
    passwordSha256: createHash("sha256").update(PASSWORD).digest("hex"),
  }
}

export const envelopeAt = (member: MemberRef, position: string): TaskEnvelope =>
  ({
    v: 1,
    taskId: randomUUID(),
    assignmentId: randomUUID(),
    ...member,
    position,
    run: 1,
    attempt: 1,
    epoch: 1,
    title: `task at ${position}`,
    instructions: "",
    inputs: {},
    runtime: "simulated",
    runtimeOptions: {},
    timeLimitMillis: 1_000,
    deadlineAt: null,
    idempotencyKey: "key",
  }) as unknown as TaskEnvelope

export const entriesAt = (member: MemberRef, ...positions: readonly string[]) =>
  positions.map((position) => ({ position, envelope: envelopeAt(member, position) }))

export const reportOf = (user: BusUser, seq: number, kind: AssignmentReport["kind"] = "started"): ReportEnvelope =>
  ({
    v: 1,
    incarnation: user.incarnation,
    seq,
    at: "2030-01-01T00:00:00.000Z",
    report: { kind, taskId: randomUUID(), assignmentId: randomUUID() },
  }) as unknown as ReportEnvelope

export const presenceOf = (user: BusUser, at = "2030-01-01T00:00:00.000Z"): PresenceValue =>
  ({
    v: 1,
    incarnation: user.incarnation,
    agentVersion: "1",
    status: "ready",
    blockedReason: null,
    slots: 1,
    live: [],
    at,
  }) as unknown as PresenceValue

/** A plain client of the default user, or of the one given. */
export const connect = async (url: string, user?: BusUser): Promise<Redis> => {
  const client = new Redis(withoutPassword(url, user), {
    ...(user === undefined ? {} : { username: user.username, password: PASSWORD }),
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    disableClientInfo: true,
    protocol: 2,
  })
  client.on("error", quiet)
  await client.connect()
  return client
}

export const withoutPassword = (url: string, user?: BusUser): string => {
  if (user === undefined) return url
  const bare = new URL(url)
  bare.password = ""
  return bare.toString()
}
