import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  absentTask,
  closedPhases,
  decideDispatcher,
  decideReport,
  decideTask,
  evolveTask,
  isClosed,
  LEASE_EXPIRIES_MAX,
  mayTake,
  phases,
  retryDelayMillis,
  STEERS_MAX,
  transitions,
  type Decision,
  type DecideContext,
  type DispatcherCommand,
  type Phase,
  type TaskCommand,
  type TaskEventType,
  type TaskFact,
  type TaskReport,
  type TaskSpec,
  type TaskState,
} from "#src/index.ts"
import { assignment, member, message, question, spec, steps, task, team, uuid, type Step } from "./arbitrary.ts"

const context: DecideContext = { nowMillis: Date.parse("2026-01-01T00:00:00Z"), random: 0.5 }
const facts = (decision: Decision<TaskFact>) => decision.facts ?? []
const fold = (state: TaskState, list: readonly TaskFact[]) => list.reduce(evolveTask, state)
const decide = (state: TaskState, step: Step): Decision<TaskFact> =>
  step.by === "person"
    ? decideTask(state, step.command)
    : step.by === "dispatcher"
      ? decideDispatcher(state, step.command, context)
      : decideReport(state, step.report, context)

const dispatched = (over: Partial<TaskSpec> = {}) =>
  fold(
    absentTask,
    facts(decideTask(absentTask, { kind: "dispatch", taskId: task, teamId: team, spec: spec(over), requestHash: "h" })),
  )

/** Given a history of requests, when one more comes, then these facts (or this refusal) follow. */
const given = (start: TaskState, ...history: readonly (TaskCommand | DispatcherCommand | TaskReport)[]) => {
  const personKinds = [
    "cancel",
    "retry",
    "redrive",
    "pause",
    "resume",
    "prioritise",
    "reassign",
    "steer",
    "answer",
    "decide-approval",
  ]
  const asStep = (request: TaskCommand | DispatcherCommand | TaskReport): Step =>
    personKinds.includes(request.kind)
      ? { by: "person", command: request as TaskCommand }
      : [
            "make-ready",
            "dependency-failed",
            "assign",
            "retry-due",
            "expire",
            "dead-letter",
            "lose-lease",
            "enforce-time-limit",
          ].includes(request.kind)
        ? { by: "dispatcher", command: request as DispatcherCommand }
        : { by: "agent", report: request as TaskReport }
  let state = start
  for (const request of history) {
    const decision = decide(state, asStep(request))
    if (decision.refusal) throw new Error(`given ${request.kind}: ${decision.refusal.detail}`)
    state = fold(state, decision.facts)
  }
  return {
    state,
    when: (request: TaskCommand | DispatcherCommand | TaskReport) => {
      const decision = decide(state, asStep(request))
      return {
        types: facts(decision).map((f) => f.type),
        facts: facts(decision),
        refusal: decision.refusal?.code,
        state: fold(state, facts(decision)),
      }
    },
  }
}

const assign = (n = 1): DispatcherCommand => ({ kind: "assign", assignmentId: assignment(n), memberId: member })
const started = (n = 1): TaskReport => ({ kind: "started", assignmentId: assignment(n) })
const ask: TaskReport = {
  kind: "question",
  assignmentId: assignment(1),
  questionId: question(1),
  text: "Which branch?",
  choices: [],
}
const succeeded = (n = 1): TaskReport => ({
  kind: "succeeded",
  assignmentId: assignment(n),
  result: { summary: "done", output: { bytes: 0, isTruncated: false } },
})
const failed = (n = 1, isRetryable = true): TaskReport => ({
  kind: "failed",
  assignmentId: assignment(n),
  reason: "exit-code",
  message: "exit 1",
  isRetryable,
})

describe("the table of a task's life", () => {
  const types = Object.keys(transitions) as TaskEventType[]

  it.each(phases.flatMap((phase) => types.map((type) => [phase, type] as const)))(
    "%s × %s is either allowed and leads to one phase, or refused loudly",
    (phase, type) => {
      const state: TaskState = { ...absentTask, phase, spec: spec() }
      const event = {
        type,
        data: {
          spec: spec(),
          taskId: task,
          teamId: team,
          requestHash: "",
          run: 2,
          memberId: member,
          usage: { inputTokens: 1, outputTokens: 1 },
        },
      } as unknown as TaskFact
      if (!(transitions[type].from as readonly Phase[]).includes(phase)) {
        expect(() => evolveTask(state, event)).toThrow(`a task that is ${phase} cannot take ${type}`)
        return
      }
      expect(phases).toContain(evolveTask(state, event).phase)
    },
  )

  it("leaves every closed phase only by a new run", () => {
    for (const type of types)
      for (const phase of closedPhases)
        if ((transitions[type].from as readonly Phase[]).includes(phase))
          expect(transitions[type].to === "same" ? ["TaskDiscarded"] : ["TaskRetried", "TaskRedriven"]).toContain(type)
  })
})

describe("a task", () => {
  it("is queued when dispatched, and waits when it has dependencies or a start time", () => {
    expect(dispatched().phase).toBe("queued")
    expect(dispatched({ after: [task] }).phase).toBe("waiting")
    expect(dispatched({ notBefore: "2026-02-01T00:00:00.000Z" }).phase).toBe("waiting")
  })

  it("runs to success under the assignment it was given", () => {
    const { state } = given(dispatched(), assign(), started(), succeeded())
    expect(state).toMatchObject({ phase: "succeeded", run: 1, attempt: 1, epoch: 1, assignment: undefined })
  })

  it("records the start that a lost report swallowed", () => {
    expect(given(dispatched(), assign()).when(succeeded()).types).toEqual(["TaskStarted", "TaskSucceeded"])
  })

  it("ignores a report of an assignment that is not the current one", () => {
    const lost = { kind: "lose-lease", assignmentId: assignment(1), lastHeardAt: null, reason: "no-heartbeat" } as const
    const later = given(dispatched(), assign(1), started(1), lost, assign(2), started(2))
    expect(later.when(succeeded(1)).refusal).toBe("stale")
    expect(later.when(succeeded(2)).types).toEqual(["TaskSucceeded"])
  })

  it("records an outcome once, however often it is reported", () => {
    expect(given(dispatched(), assign(), started(), succeeded()).when(succeeded()).refusal).toBe("stale")
  })

  it("is retried by its policy with backoff, then fails", () => {
    const first = given(dispatched(), assign(1), started(1)).when(failed(1))
    expect(first.facts).toMatchObject([
      { type: "TaskRetryScheduled", data: { dueAt: "2026-01-01T00:00:00.750Z", attempt: 1 } },
    ])
    const second = given(first.state, { kind: "retry-due" }, assign(2), started(2)).when(failed(2))
    expect(second.types).toEqual(["TaskFailed"])
  })

  it("fails at once when the failure is not retriable", () => {
    expect(given(dispatched(), assign(), started()).when(failed(1, false)).types).toEqual(["TaskFailed"])
  })

  it("loses no attempt when its agent is lost, and is dead-lettered when agents keep being lost", () => {
    let state = dispatched()
    for (let n = 1; n <= LEASE_EXPIRIES_MAX; n++) {
      const held = given(state, assign(n), started(n))
      const after = held.when({
        kind: "lose-lease",
        assignmentId: assignment(n),
        lastHeardAt: null,
        reason: "no-heartbeat",
      })
      expect(after.types).toEqual(
        n < LEASE_EXPIRIES_MAX ? ["TaskLeaseExpired"] : ["TaskLeaseExpired", "TaskDeadLettered"],
      )
      expect(after.state.attempt).toBe(0)
      state = after.state
    }
    expect(given(state).when({ kind: "redrive" }).state).toMatchObject({ phase: "queued", run: 2, leaseExpiries: 0 })
  })

  it("is cancelled at once while nobody holds it, and on confirmation while an agent does", () => {
    const cancel = { kind: "cancel", reason: "changed my mind" } as const
    expect(given(dispatched()).when(cancel).types).toEqual(["TaskCancelled"])
    const held = given(dispatched(), assign(), started()).when(cancel)
    expect(held.types).toEqual(["TaskCancelRequested"])
    expect(given(held.state).when(cancel).types).toEqual([])
    expect(given(held.state).when({ kind: "cancelled", assignmentId: assignment(1) }).types).toEqual(["TaskCancelled"])
    expect(given(held.state).when(failed()).types).toEqual(["TaskCancelled"])
    expect(given(held.state).when(succeeded()).types).toEqual(["TaskSucceeded"])
  })

  it("is cancelled when the agent that should stop it is lost", () => {
    const held = given(dispatched(), assign(), started(), { kind: "cancel", reason: "" })
    expect(held.when({ kind: "lost", assignmentId: assignment(1) }).types).toEqual(["TaskCancelled"])
  })

  it("takes words of people while an agent holds it, so many in a run, and none while it is being cancelled", () => {
    const say = (isInterrupt = false) => ({ kind: "steer", messageId: message, text: "in euros", isInterrupt }) as const
    expect(given(dispatched()).when(say()).refusal).toBe("not-held")
    const held = given(dispatched(), assign())
    expect(held.when(say()).types).toEqual(["TaskSteered"])
    expect(held.when(say(true)).state.phase).toBe("assigned")
    const full = given(dispatched(), assign(), started(), ...Array.from({ length: STEERS_MAX }, () => say()))
    expect(full.state.phase).toBe("running")
    expect(full.when(say()).refusal).toBe("settled")
    expect(given(dispatched(), assign(), { kind: "cancel", reason: "" }).when(say()).refusal).toBe("closed")
    const failure = {
      kind: "failed",
      assignmentId: assignment(1),
      reason: "error",
      message: "",
      isRetryable: false,
    } as const
    const next = given(full.state, failure, { kind: "retry" }, assign(2))
    expect(next.when(say()).types).toEqual(["TaskSteered"])
  })

  it("is not interrupted while it waits for a person; words for later are taken", () => {
    const asked = given(dispatched(), assign(), started(), ask)
    const say = (isInterrupt: boolean) => ({ kind: "steer", messageId: message, text: "wait", isInterrupt }) as const
    expect(asked.when(say(true)).refusal).toBe("not-running")
    expect(asked.when(say(false)).state.phase).toBe("needs-input")
  })

  it("waits for a person while a question is open, and takes one answer", () => {
    const asked = given(dispatched(), assign(), started(), ask)
    expect(asked.state.phase).toBe("needs-input")
    expect(asked.when(ask).refusal).toBe("duplicate")
    const answered = asked.when({ kind: "answer", questionId: question(1), answer: "main" })
    expect(answered.state.phase).toBe("running")
    expect(given(answered.state).when({ kind: "answer", questionId: question(1), answer: "dev" }).refusal).toBe(
      "not-awaiting",
    )
    expect(given(answered.state).when(ask).refusal).toBe("duplicate")
  })

  it("comes back from a pause to what it was waiting for", () => {
    const paused = given(dispatched(), assign(), started(), ask, { kind: "pause" })
    expect(paused.state.phase).toBe("paused")
    expect(paused.when({ kind: "resume" }).state.phase).toBe("needs-input")
  })

  it("expires in any open state and in no closed one", () => {
    const expire = { kind: "expire", deadlineAt: "2026-01-01T00:00:00.000Z" } as const
    expect(given(dispatched()).when(expire).types).toEqual(["TaskExpired"])
    expect(given(dispatched(), assign(), started()).when(expire).types).toEqual(["TaskExpired"])
    expect(given(dispatched(), assign(), succeeded()).when(expire).refusal).toBe("stale")
  })

  it("fails with its dependency, and can be run again by a person for another member", () => {
    const broken = given(dispatched({ after: [task] })).when({ kind: "dependency-failed", message: "T-1 failed" })
    expect(broken.types).toEqual(["TaskFailed"])
    const other = uuid(9) as typeof member
    expect(given(broken.state).when({ kind: "retry", memberId: other }).state).toMatchObject({
      phase: "queued",
      run: 2,
      memberId: other,
    })
  })
})

describe("under any order of requests", () => {
  it("decides only what the table allows, and gives each run exactly one outcome", () => {
    fc.assert(
      fc.property(steps, (list) => {
        let state = dispatched()
        const outcomes = new Map<number, number>()
        for (const step of list) {
          for (const event of facts(decide(state, step))) {
            expect(mayTake(state, event.type)).toBe(true)
            state = evolveTask(state, event)
            if (isClosed(state.phase)) outcomes.set(state.run, (outcomes.get(state.run) ?? 0) + 1)
          }
          expect(state.attempt).toBeGreaterThanOrEqual(0)
          expect(state.attempt).toBeLessThanOrEqual(spec().retry.maxAttempts)
        }
        for (const count of outcomes.values()) expect(count).toBe(1)
        for (let run = 1; run < state.run; run++) expect(outcomes.get(run)).toBe(1)
      }),
      { numRuns: 2_000 },
    )
  })

  it("changes nothing when the same report comes twice in a row", () => {
    fc.assert(
      fc.property(steps, (list) => {
        let state = dispatched()
        for (const step of list) {
          state = fold(state, facts(decide(state, step)))
          if (step.by === "agent") expect(facts(decide(state, step))).toEqual([])
        }
      }),
      { numRuns: 1_000 },
    )
  })
})

describe("the wait before a retry", () => {
  it("grows, stays within half and full of its step, and is capped at an hour", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, random) => {
          const full = Math.min(3_600_000, 1_000 * 2 ** (attempt - 1))
          const delay = retryDelayMillis({ maxAttempts: 20, backoffMillis: 1_000 }, attempt, random)
          expect(delay).toBeGreaterThanOrEqual(full / 2)
          expect(delay).toBeLessThanOrEqual(full)
        },
      ),
    )
  })
})
