import { randomUUID } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { pause } from "#src/pause.ts"
import type { Runtime, RuntimeTask, Session } from "#src/runtimes/contract.ts"
import { type RecordingHost, recordingHost } from "#src/testing/recording-host.ts"
import { runtimeTask } from "#src/testing/runtime-task.ts"

/** A task that makes a runtime do one thing. What a runtime cannot do has no script; the suite then leaves that promise out. */
export type Script = Pick<RuntimeTask, "options"> & Partial<Pick<RuntimeTask, "title" | "instructions" | "inputs">>

export interface ConformanceScripts {
  /** Says "hello" and succeeds. */
  readonly succeeds: Script
  /** Shows progress 50 with the note "half". */
  readonly progresses?: Script
  /** Asks "Which?" and says "got <answer>" (or the answer anywhere in its output). */
  readonly asks?: Script
  /** Asks leave for "the deed", and succeeds only with it. */
  readonly asksLeave?: Script
  /** Makes an artifact `artifacts/kept.txt` with the text "kept". */
  readonly makesArtifact: Script
  readonly fails: Script
  /** Says "waiting" and goes on for ever, as hard to stop as its kind allows. */
  readonly hangs: Script
  /** Writes "tick" without end, many a second. */
  readonly ticks?: Script
  /** Writes exactly `bytes` bytes at full speed and succeeds. */
  readonly floods?: { readonly script: Script; readonly bytes: number }
  /** Comes down hard: killed, or a fault of its own. */
  readonly crashes: Script
  /** Uses a tool called "look" that gives "seen". */
  readonly usesTool?: Script
  /** Writes what is no message of its protocol ("garbage" among it), then says "hello" and succeeds. */
  readonly garbles?: Script
  /** Dies in its first attempt; in a later attempt of the same task it goes on where it was and says "resumed". */
  readonly resumes?: Script
}

const PATIENCE_MILLIS = 15_000
const LOOK_MILLIS = 10
const STANDSTILL_LOOKS = 30
/** What the agent promises to people for a cancel. */
const CANCEL_MAX_MILLIS = 2_000

/** `hasEnded` says what the sessions came to when all of them have: then nothing more is going to happen. */
const patience = (millis: number, hasEnded: () => string | undefined) => {
  const until = async (what: string, condition: () => boolean): Promise<void> => {
    const deadline = performance.now() + millis
    while (!condition()) {
      const ended = hasEnded()
      await pause(LOOK_MILLIS)
      if (condition()) return
      if (ended !== undefined) throw new Error(`did not happen: ${what}; instead: ${ended}`)
      if (performance.now() > deadline) throw new Error(`did not happen: ${what}`)
    }
  }
  /** The value once it has stopped changing; a task that goes on ticking never lets it. */
  const standstill = async (value: () => number): Promise<number> => {
    let before = -1
    let same = 0
    await until("a standstill", () => {
      same = value() === before ? same + 1 : 0
      before = value()
      return same >= STANDSTILL_LOOKS
    })
    return before
  }
  return { until, standstill }
}

/** A promise without a script has no test. */
const given = (script: Script | undefined): readonly Script[] => (script === undefined ? [] : [script])

const count = (text: string, word: string): number => text.split(word).length - 1

/** The promises every runtime keeps, as tests. `makeRuntime` gets a directory of its own (0700). */
export const runtimeConformance = (
  name: string,
  makeRuntime: (dir: string) => Runtime,
  scripts: ConformanceScripts,
  /** Why the runtime can not work on this machine; its proofs are skipped by name then. */
  missing?: string,
  /** How long something may take to come about; only a bound against hanging. */
  patienceMillis = PATIENCE_MILLIS,
): void => {
  const outcomes: string[] = []
  const sessions: Session[] = []
  const hasEnded = () => (outcomes.length < sessions.length ? undefined : outcomes.join(", "))
  const { until, standstill } = patience(patienceMillis, hasEnded)
  describe.skipIf(missing)(`runtime conformance: ${name}${missing === undefined ? "" : ` (${missing})`}`, () => {
    let dir: string
    let runtime: Runtime
    let host: RecordingHost
    beforeEach(() => {
      dir = mkdtempSync(join(tmpdir(), "muster-test-runtime-"))
      runtime = makeRuntime(dir)
      host = recordingHost(join(dir, "assignment"))
    })
    afterEach(async () => {
      for (const session of sessions.splice(0)) {
        session.cancel("stopping")
        await session.done.catch(() => undefined) // a crash is heard where it is expected
      }
      outcomes.length = 0
      rmSync(dir, { recursive: true, force: true })
    })

    const open = async (
      script: Script,
      on = host,
      taskId = randomUUID() as RuntimeTask["taskId"],
    ): Promise<Session> => {
      const session = await runtime.open(runtimeTask({ taskId, ...script }), on)
      sessions.push(session)
      const note = (outcome: unknown) => void outcomes.push(JSON.stringify(outcome))
      session.done.then(note, (error: unknown) => note(String(error)))
      return session
    }

    test("says that it is ready", async () => {
      expect(await runtime.check(scripts.succeeds.options)).toEqual({})
    })

    test("starts, shows its output, succeeds with a summary", async () => {
      const outcome = await (await open(scripts.succeeds)).done
      expect(outcome.kind).toBe("succeeded")
      expect(outcome.kind === "succeeded" && outcome.summary).not.toBe("")
      expect(host.text()).toContain("hello")
    })

    test.for(given(scripts.progresses))("shows progress", async (progresses) => {
      await (
        await open(progresses)
      ).done
      expect(host.updates).toContainEqual({ percent: 50, note: "half" })
    })
    test.for(given(scripts.asks))("asks and goes on with the answer", async (asks) => {
      const session = await open(asks)
      await until("the question", () => host.questions.length === 1)
      const [question] = host.questions
      expect(question?.text).toBe("Which?")
      session.answer(randomUUID() as never, "to nobody")
      if (question) session.answer(question.questionId, "that one")
      expect((await session.done).kind).toBe("succeeded")
      expect(host.text()).toContain("that one")
      expect(host.text()).not.toContain("to nobody")
    })
    const decisions = given(scripts.asksLeave).flatMap((asksLeave) => [
      { asksLeave, isApproved: true },
      { asksLeave, isApproved: false },
    ])
    test.for(decisions)(
      "asks for leave and obeys the decision (approved: $isApproved)",
      async ({ asksLeave, isApproved }) => {
        const session = await open(asksLeave)
        await until("the request", () => host.approvals.length === 1)
        const [request] = host.approvals
        expect(request?.action).toContain("the deed")
        if (request) session.decide(request.approvalId, isApproved, "said so")
        expect(await session.done).toMatchObject(
          isApproved ? { kind: "succeeded" } : { kind: "failed", reason: "approval-denied" },
        )
      },
    )

    test("hands over what it made", async () => {
      expect((await (await open(scripts.makesArtifact)).done).kind).toBe("succeeded")
      expect(host.artifacts).toEqual(new Map([["artifacts/kept.txt", "kept"]]))
    })

    test("fails with words for a person", async () => {
      const outcome = await (await open(scripts.fails)).done
      expect(outcome.kind).toBe("failed")
      expect(outcome.kind === "failed" && outcome.message).not.toBe("")
    })

    test.for(["cancelled", "time-limit", "stopping"] as const)(
      "a session that hangs ends within two seconds when told (%s)",
      async (reason) => {
        const session = await open(scripts.hangs)
        await until("work", () => host.text().includes("waiting"))
        const from = performance.now()
        session.cancel(reason)
        await session.done
        expect(performance.now() - from).toBeLessThan(CANCEL_MAX_MILLIS)
      },
    )

    test.for(given(scripts.ticks))(
      "does nothing while it is paused, goes on when resumed, and can be cancelled while paused",
      async (ticks) => {
        const session = await open(ticks)
        await until("ticks", () => count(host.text(), "tick") > 3)
        session.pause()
        const paused = await standstill(() => host.outputBytes())
        session.resume()
        await until("more ticks", () => host.outputBytes() > paused)
        session.pause()
        session.cancel("cancelled")
        expect((await session.done).kind).not.toBe("succeeded")
      },
    )

    const flooding = scripts.floods === undefined ? [] : [scripts.floods]
    test.for(flooding)(
      "a flood of output arrives whole, and waits for a host that is slow",
      async ({ script, bytes }) => {
        host.holdOutput(true)
        const session = await open(script)
        await until("the first bytes", () => host.outputBytes() > 0)
        await pause(200)
        const taken = host.outputBytes()
        expect(taken).toBeLessThan(bytes)
        host.holdOutput(false)
        expect((await session.done).kind).toBe("succeeded")
        expect(host.outputBytes()).toBeGreaterThanOrEqual(bytes)
      },
    )

    test("a crash is a failure that may be tried again", async () => {
      const session = await open(scripts.crashes)
      const outcome = await session.done.catch((error: unknown) => error)
      if (outcome instanceof Error) return
      expect(outcome).toMatchObject({ kind: "failed", isRetryable: true })
    })

    test.for(given(scripts.usesTool))("shows a tool when it begins and when it ends, with its result", async (uses) => {
      expect((await (await open(uses)).done).kind).toBe("succeeded")
      const tools = host.steps.filter(({ kind }) => kind === "tool")
      expect(tools.map(({ status }) => status)).toEqual(["running", "completed"])
      expect(new Set(tools.map(({ stepId }) => stepId)).size).toBe(1)
      expect(tools[0]?.title.toLowerCase()).toContain("look")
      expect(tools[1]?.detail).toContain("seen")
    })
    test.for(given(scripts.garbles))("garbage on its output costs nothing and is shown", async (garbles) => {
      expect((await (await open(garbles)).done).kind).toBe("succeeded")
      expect(host.text()).toContain("garbage")
      expect(host.text()).toContain("hello")
    })
    test.for(given(scripts.resumes))("a task that was interrupted goes on in a later attempt", async (resumes) => {
      const taskId = randomUUID() as RuntimeTask["taskId"]
      expect(await (await open(resumes, host, taskId)).done).toMatchObject({ kind: "failed", isRetryable: true })
      const later = recordingHost(join(dir, "later"))
      expect((await (await open(resumes, later, taskId)).done).kind).toBe("succeeded")
      expect(later.text()).toContain("resumed")
    })

    test("calls after the end change nothing", async () => {
      const session = await open(scripts.succeeds)
      await session.done
      session.pause()
      session.resume()
      session.cancel("cancelled")
      session.answer(randomUUID() as never, "late")
      session.decide(randomUUID() as never, true, "late")
      expect((await session.done).kind).toBe("succeeded")
    })

    test("two sessions at the same time do not mix", async () => {
      const other = recordingHost(join(dir, "other"))
      const [a, b] = [await open(scripts.succeeds), await open(scripts.makesArtifact, other)]
      await Promise.all([a.done, b.done])
      expect(host.text()).toContain("hello")
      expect(host.artifacts.size).toBe(0)
      expect(other.artifacts.size).toBe(1)
    })
  })
}
