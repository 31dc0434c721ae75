import { spawn } from "node:child_process"
import { once } from "node:events"
import { appendFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { tempDir, type TempDir } from "@muster/platform/testing"
import { afterEach, beforeEach, expect, it } from "vitest"
import { lineOf, readAcknowledged, type Acknowledged } from "../src/chaos/recorder/history.ts"

const RECORDER = fileURLToPath(new URL("../src/chaos/recorder/main.ts", import.meta.url))

let dir: TempDir
beforeEach(() => {
  dir = tempDir("muster-recorder-")
})
afterEach(() => dir.remove())

const told = (index: number): Acknowledged => ({
  taskId: `task-${index}`,
  teamId: "team",
  name: `a "name"\n${index}`,
  atMillis: index,
})

it("confirms lines that are in its file, appends to what is there, and ends with its input", async () => {
  const file = join(dir.path, "history")
  const all = Array.from({ length: 500 }, (_, index) => told(index))
  for (const part of [all.slice(0, 200), all.slice(200)]) {
    const recorder = spawn(process.execPath, [RECORDER, file], { stdio: ["pipe", "pipe", "inherit"] })
    let said = ""
    recorder.stdout.on("data", (bytes: Buffer) => {
      said += bytes.toString()
    })
    for (const one of part) recorder.stdin.write(lineOf(one))
    recorder.stdin.end()
    const [code] = (await once(recorder, "close")) as [number]
    expect(code).toBe(0)
    expect(Number(said.trimEnd().split("\n").at(-1))).toBe(part.length)
  }
  expect(await readAcknowledged(file)).toEqual(all)
})

it("leaves out a last line that a crash tore", async () => {
  const file = join(dir.path, "history")
  appendFileSync(file, lineOf(told(1)) + lineOf(told(2)).slice(0, 10))
  expect(await readAcknowledged(file)).toEqual([told(1)])
})
