import type { ModelAccessReply } from "@muster/contracts"
import { describe, expect, test } from "vitest"
import { ControlPlaneAway, RuntimeUnavailable } from "#src/errors.ts"
import { MODEL_ACCESS_ATTEMPTS } from "#src/limits.ts"
import { withModels } from "#src/model-access.ts"
import type { Runtime, RuntimeTask, SessionHost } from "#src/runtimes/contract.ts"
import { runtimeTask } from "#src/testing/runtime-task.ts"

const access = { baseUrl: "https://api.example.com/v1", apiKey: "sk-1", model: "m" }
const task = (options: RuntimeTask["options"] = {}): RuntimeTask => runtimeTask({ options })
const host = {} as SessionHost
const timings = { retryFirstMillis: 1, retryMaxMillis: 1 }

/** A runtime that keeps what it is given. */
const keeping = (needsModel?: Runtime["needsModel"], blockedReason?: string) => {
  const opened: RuntimeTask[] = []
  const runtime: Runtime = {
    name: "acp",
    ...(needsModel === undefined ? {} : { needsModel }),
    check: async () => (blockedReason === undefined ? {} : { blockedReason }),
    open: async (given) => {
      opened.push(given)
      return {
        done: Promise.resolve({ kind: "completed", result: { summary: "", artifacts: [] } } as never),
        cancel: () => undefined,
        pause: () => undefined,
        resume: () => undefined,
        answer: () => undefined,
        decide: () => undefined,
      }
    },
  }
  return { runtime, opened }
}

const answering = (...replies: readonly (ModelAccessReply | "away")[]) => {
  let asked = 0
  return {
    asked: () => asked,
    modelAccess: async (): Promise<ModelAccessReply> => {
      const reply = replies[Math.min(asked, replies.length - 1)] ?? "away"
      asked += 1
      if (reply === "away") throw new ControlPlaneAway({ message: "nobody there" })
      return reply
    },
  }
}

const wrapped = (runtime: Runtime, controlPlane: ReturnType<typeof answering>): Runtime => {
  const { acp } = withModels({ acp: runtime }, controlPlane, timings)
  if (acp === undefined) throw new Error("the runtime is gone")
  return acp
}

describe("a runtime that needs a model", () => {
  test("gets the one that holds when the session begins, each time anew", async () => {
    const { runtime, opened } = keeping(true)
    const next = { ...access, apiKey: "sk-2", model: "n" }
    const acp = wrapped(runtime, answering({ access, reason: null }, { access: next, reason: null }))
    await acp.open(task(), host)
    await acp.open(task(), host)
    expect(opened.map(({ model }) => model)).toEqual([access, next])
  })

  test("is blocked, in the words of the control plane, while none is set", async () => {
    const { runtime, opened } = keeping(true)
    const acp = wrapped(runtime, answering({ access: null, reason: "No model is set. An owner sets one." }))
    expect(await acp.check({})).toEqual({ blockedReason: "No model is set. An owner sets one." })
    await expect(acp.open(task(), host)).rejects.toThrow("An owner sets one")
    expect(opened).toEqual([])
  })

  test("says its own reason first, and nobody is asked", async () => {
    const controlPlane = answering("away")
    const acp = wrapped(keeping(true, "not installed").runtime, controlPlane)
    expect(await acp.check({})).toEqual({ blockedReason: "not installed" })
    expect(controlPlane.asked()).toBe(0)
  })

  test("waits for a control plane that is away for a moment, not for ever", async () => {
    const back = answering("away", "away", { access, reason: null })
    const { runtime, opened } = keeping(true)
    await wrapped(runtime, back).open(task(), host)
    expect(opened).toHaveLength(1)
    const gone = answering("away")
    await expect(wrapped(runtime, gone).open(task(), host)).rejects.toThrow(RuntimeUnavailable)
    expect(gone.asked()).toBe(MODEL_ACCESS_ATTEMPTS)
    expect(await wrapped(runtime, gone).check({})).toEqual({})
  })

  test("may need it for some options only", async () => {
    const { runtime, opened } = keeping(({ acp }) => acp?.agent !== "gemini")
    const controlPlane = answering({ access: null, reason: "none" })
    const acp = wrapped(runtime, controlPlane)
    await acp.open(task({ acp: { agent: "gemini" } }), host)
    expect(opened.map(({ model }) => model)).toEqual([undefined])
    expect(controlPlane.asked()).toBe(0)
    await expect(acp.open(task({ acp: { agent: "opencode" } }), host)).rejects.toThrow("none")
  })
})

test("a runtime that needs no model is left alone", () => {
  const { runtime } = keeping()
  expect(withModels({ command: runtime }, answering("away"), timings).command).toBe(runtime)
})
