import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { describe, expect, test } from "vitest"

interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

const run = async (program: string, ...signals: readonly NodeJS.Signals[]): Promise<Ended> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "fixtures", "main.ts"), program], {
    stdio: ["ignore", "pipe", "pipe"],
  })
  let stdout = ""
  let stderr = ""
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()))
  if (signals.length > 0) {
    await once(child.stdout, "data")
    for (const signal of signals) child.kill(signal)
  }
  const [status] = (await once(child, "close")) as [number | null]
  return { status, stdout, stderr }
}

describe("runMain", () => {
  test.each(["SIGTERM", "SIGINT"] as const)("on %s it closes what is open and ends with status 0", async (signal) => {
    expect(await run("serve", signal)).toEqual({ status: 0, stdout: "open\nclosed\n", stderr: "" })
  })

  test("takes a signal that arrives several times for one", async () => {
    expect(await run("serve", "SIGINT", "SIGINT", "SIGTERM", "SIGINT")).toEqual({
      status: 0,
      stdout: "open\nclosed\n",
      stderr: "",
    })
  })

  test("ends a stop that hangs at the deadline, with status 1 and a reason", async () => {
    expect(await run("stuck", "SIGTERM")).toEqual({
      status: 1,
      stdout: "open\n",
      stderr: "muster: did not stop within 0.3 s; ending it\n",
    })
  })

  test("ends with status 0 when the program is done", async () => {
    expect(await run("done")).toEqual({ status: 0, stdout: "done\n", stderr: "" })
  })

  test("tells an expected failure in one line, without credentials", async () => {
    expect(await run("refused")).toEqual({
      status: 1,
      stdout: "",
      stderr: "muster: the port postgres://[redacted]@db is taken\n",
    })
  })

  test("ends with status 1 on a defect", async () => {
    expect(await run("defect")).toMatchObject({ status: 1, stderr: expect.stringContaining("broken") })
  })

  test("an error nobody caught still closes what is open", async () => {
    expect(await run("uncaught")).toEqual({ status: 1, stdout: "open\nclosed\n", stderr: "muster: nobody caught me\n" })
  })
})
