import { randomUUID } from "node:crypto"
import {
  BUS_VERSION,
  type AssignmentReport,
  type ControlMessage,
  type PresenceValue,
  type ReportEnvelope,
  type TaskEnvelope,
} from "@muster/contracts"
import type { AssignmentId } from "@muster/domain"
import { eventually } from "@muster/platform/testing"
import { type MemberRef, openTeamBus, type TeamBus } from "@muster/team-bus"
import { quietLog } from "#test/support/quiet.ts"

type OfKind<K extends string> = Extract<AssignmentReport, { kind: K }>

/** The dispatcher's side of the bus for one member: gives tasks, reads and acknowledges reports. */
export interface FakeDispatcher {
  readonly bus: TeamBus
  readonly member: MemberRef
  readonly assign: (task?: Partial<TaskEnvelope>) => Promise<TaskEnvelope>
  readonly publish: (envelope: TaskEnvelope) => Promise<void>
  readonly control: (...messages: readonly ControlBody[]) => Promise<void>
  /** Everything read from the outbox so far. */
  readonly reports: readonly ReportEnvelope[]
  readonly of: (assignmentId: AssignmentId) => readonly AssignmentReport[]
  readonly report: <K extends AssignmentReport["kind"]>(assignmentId: AssignmentId, kind: K) => Promise<OfKind<K>>
  readonly presence: () => Promise<PresenceValue | undefined>
  /** Makes the bus new after it lost its memory. */
  readonly rebuild: (held: readonly TaskEnvelope[]) => Promise<void>
  /** Makes the bus new for a log that was brought back from a copy: positions after `position` are used again. */
  readonly restoreLog: (position: number, held: readonly TaskEnvelope[]) => Promise<void>
  acknowledges: boolean
  readonly stop: () => Promise<void>
}

type ControlBody = ControlMessage extends infer M ? (M extends ControlMessage ? Omit<M, "v"> : never) : never

const HEAD = "99999999"
const CAP = 1_000

export const startFakeDispatcher = async (url: string, member: MemberRef): Promise<FakeDispatcher> => {
  const bus = openTeamBus({ url, log: quietLog })
  const reports: ReportEnvelope[] = []
  const stopping = new AbortController()
  let logGeneration = randomUUID()
  const nextGeneration = () => `${logGeneration}:${randomUUID()}`
  let generation = nextGeneration()
  let position = 0
  await eventually("the bus is up", () => bus.isUp())
  await bus.ensureMembers([member])
  await bus.setGeneration(member.teamId, generation)

  const publishTo = async (envelope: TaskEnvelope, current: string | undefined) => {
    const entry = { position: envelope.position, envelope }
    const outcome = await bus.publish(member, [entry], { generation: current, headPosition: HEAD, cap: CAP })
    if (outcome.kind !== "published") throw new Error(`not published: ${outcome.kind}`)
  }
  const self = {
    bus,
    member,
    reports,
    acknowledges: true,
    publish: (envelope: TaskEnvelope) => publishTo(envelope, generation),
    assign: async (task: Partial<TaskEnvelope> = {}) => {
      position += 1
      const taskId = randomUUID() as TaskEnvelope["taskId"]
      const envelope = {
        v: BUS_VERSION,
        taskId,
        assignmentId: randomUUID() as AssignmentId,
        teamId: member.teamId,
        memberId: member.memberId,
        position: String(position),
        run: 1,
        attempt: 1,
        epoch: 1,
        title: "A task",
        instructions: "",
        inputs: {},
        runtime: "simulated",
        runtimeOptions: {},
        timeLimitMillis: 60_000,
        deadlineAt: null,
        idempotencyKey: taskId,
        ...task,
      } as TaskEnvelope
      await publishTo(envelope, generation)
      return envelope
    },
    control: (...messages: readonly ControlBody[]) =>
      bus.control(
        member,
        messages.map((message) => ({ v: BUS_VERSION, ...message }) as ControlMessage),
      ),
    of: (assignmentId: AssignmentId) =>
      reports
        .map(({ report }) => report)
        .filter(
          (report): report is AssignmentReport => report.kind !== "poison" && report.assignmentId === assignmentId,
        ),
    report: <K extends AssignmentReport["kind"]>(assignmentId: AssignmentId, kind: K): Promise<OfKind<K>> =>
      eventually(
        `report "${kind}" (there are: ${self
          .of(assignmentId)
          .map((r) => r.kind)
          .join()})`,
        () => self.of(assignmentId).find((report): report is OfKind<K> => report.kind === kind),
      ),
    presence: async () => (await bus.presence([member]))[0]?.value,
    rebuild: async (held: readonly TaskEnvelope[]) => {
      await bus.resetMember(member)
      await bus.ensureMembers([member])
      for (const envelope of held) await publishTo(envelope, undefined)
      generation = nextGeneration()
      await bus.setGeneration(member.teamId, generation)
    },
    restoreLog: async (restoredPosition: number, held: readonly TaskEnvelope[]) => {
      logGeneration = randomUUID()
      position = restoredPosition
      await bus.clearGeneration(member.teamId)
      await self.rebuild(held)
    },
    stop: async () => {
      stopping.abort()
      await reading
      await bus.close()
    },
  }

  const read = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        const entries = await bus.readReports([member], { what: "new", blockMillis: 100 })
        for (const entry of entries) if (entry.envelope) reports.push(entry.envelope)
        if (entries.length === 0) continue
        const seqs = entries.flatMap((entry) => (entry.envelope ? [entry.envelope.seq] : []))
        if (self.acknowledges) await self.control({ kind: "ack", seqs })
        await bus.settle(entries)
      } catch {
        // The bus is away or empty in some of the tests: the next read says more.
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
  }
  const reading = read()
  return self
}
