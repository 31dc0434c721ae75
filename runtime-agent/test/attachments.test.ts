import { createHash, randomUUID } from "node:crypto"
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { TaskEnvelope } from "@muster/contracts"
import type { Attachment, ConversationId } from "@muster/domain"
import { tempDir, type TempDir } from "@muster/platform/testing"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { RuntimeUnavailable } from "#src/errors.ts"
import { connectControlPlane } from "#src/http/control-plane.ts"
import { promptOf } from "#src/runtimes/acp/prompt.ts"
import type { RuntimeTask } from "#src/runtimes/contract.ts"
import { ownNames, placeFiles } from "#src/runtimes/shared/workspace.ts"
import { fetchAttachments, namesOfFiles } from "#src/work/attachments.ts"
import { because, missingForCommands } from "#test/support/machine.ts"
import { runCommand } from "#test/support/run-command.ts"
import { type FakeControlPlane, startFakeControlPlane } from "#test/support/control-plane.ts"

let dir: TempDir
let server: FakeControlPlane
beforeEach(async () => {
  dir = tempDir("muster-test-attachments-")
  server = await startFakeControlPlane()
})
afterEach(async () => {
  await server.stop()
  dir.remove()
})

const timings = { retryFirstMillis: 1, retryMaxMillis: 5 }
const hashOf = (text: string) => createHash("sha256").update(text).digest("hex")
const file = (name: string, text: string): Attachment => {
  server.files.set(hashOf(text), Buffer.from(text))
  return { sha256: hashOf(text), name, mediaType: "text/plain", size: Buffer.byteLength(text) }
}
const assignmentId = randomUUID() as TaskEnvelope["assignmentId"]
const fetchAll = (
  attachments: readonly Attachment[],
  more: Partial<TaskEnvelope> = {},
  signal = new AbortController().signal,
) =>
  fetchAttachments(
    { controlPlane: connectControlPlane(server.url, "key"), timings, signal },
    { taskId: randomUUID() as TaskEnvelope["taskId"], assignmentId, attachments, ...more },
    join(dir.path, "spool"),
  )
const task = (files: RuntimeTask["files"]): RuntimeTask =>
  ({
    title: "Read",
    instructions: "Read it.",
    inputs: {},
    options: {},
    ...(files ? { files } : {}),
  }) as unknown as RuntimeTask
const workDir = () => {
  const path = join(dir.path, "work")
  mkdirSync(path)
  return path
}

describe("names of files that came with a task", () => {
  test.each([
    [
      ["plan.pdf", "plan.pdf", "plan.pdf"],
      ["plan.pdf", "plan-2.pdf", "plan-3.pdf"],
    ],
    [
      ["-rf", "--help.txt"],
      ["_rf", "_-help.txt"],
    ],
    [
      ["../../etc/passwd", "..", "a\\b.txt"],
      ["passwd", "file", "b.txt"],
    ],
    [
      ["a.txt", "a-2.txt", "a.txt"],
      ["a.txt", "a-2.txt", "a-3.txt"],
    ],
  ])("%j are %j on disk", (given, wanted) => expect(namesOfFiles(given)).toEqual(wanted))

  test("fit into a file system, however long they are in bytes, and stay apart", () => {
    const names = namesOfFiles([`${"\u{1F642}".repeat(95)}.png`, `${"\u{1F642}".repeat(95)}.png`, "\u6570".repeat(200)])
    for (const name of names) {
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255)
      writeFileSync(join(dir.path, name), "")
    }
    expect(new Set(names).size).toBe(3)
    expect(names[0]?.endsWith(".png") === true && names[1]?.endsWith("-2.png") === true).toBe(true)
  })
})

describe("files that came with a task", () => {
  test("lie in the work folder as read-only copies under safe names, and the agent is told where", async () => {
    const files = await fetchAll([file("plan.md", "the plan"), file("../plan.md", "another")])
    const work = workDir()
    await placeFiles(work, { files }, undefined)
    expect(readdirSync(join(work, "attachments")).toSorted()).toEqual(["plan-2.md", "plan.md"])
    expect(readFileSync(join(work, "attachments/plan.md"), "utf8")).toBe("the plan")
    expect(statSync(join(work, "attachments/plan.md")).mode & 0o777).toBe(0o444)
    expect(promptOf(task(files))).toContain("- attachments/plan.md (text/plain, 8 bytes)\n- attachments/plan-2.md")
    expect(ownNames({ files }).has("attachments")).toBe(true)
  })

  test("of two messages of one conversation lie in folders of their own", async () => {
    const conversationId = randomUUID() as ConversationId
    const [first] = await fetchAll([file("a.txt", "a")], { conversationId })
    const [second] = await fetchAll([file("a.txt", "a")], {
      conversationId,
      assignmentId: randomUUID() as TaskEnvelope["assignmentId"],
    })
    expect(first?.place).not.toBe(second?.place)
  })

  test("whose bytes are lost are told as missing, and the others are there", async () => {
    const lost: Attachment = { sha256: hashOf("lost"), name: "lost.txt", mediaType: "text/plain", size: 4 }
    const files = await fetchAll([lost, file("here.txt", "here")])
    expect(files.map(({ source }) => source !== undefined)).toEqual([false, true])
    expect(promptOf(task(files))).toContain("- lost.txt: its bytes are lost")
    const work = workDir()
    await placeFiles(work, { files }, undefined)
    expect(readdirSync(join(work, "attachments"))).toEqual(["here.txt"])
  })

  test("are asked for again while the control plane is away, and the task is given back when it stays away", async () => {
    const attachment = file("a.txt", "a")
    server.failNext(2)
    expect((await fetchAll([attachment]))[0]?.source).toBeDefined()
    server.setAway(true)
    await expect(fetchAll([attachment])).rejects.toThrow(RuntimeUnavailable)
  })

  test("that are not the bytes that were announced are never laid down", async () => {
    const attachment = file("a.txt", "announced")
    server.files.set(attachment.sha256, Buffer.from("different"))
    await expect(fetchAll([attachment])).rejects.toThrow("the bytes are not those of the file")
    server.files.set(attachment.sha256, Buffer.from("much more than was announced"))
    await expect(fetchAll([attachment])).rejects.toThrow("more than its 9 bytes came")
  })

  test("are laid down through no link, whoever put one there", async () => {
    const files = await fetchAll([file("a.txt", "a")])
    const work = workDir()
    const elsewhere = join(dir.path, "elsewhere")
    mkdirSync(elsewhere)
    symlinkSync(elsewhere, join(work, "attachments"))
    await expect(placeFiles(work, { files }, undefined)).rejects.toThrow("EEXIST")
    expect(readdirSync(elsewhere)).toEqual([])
    chmodSync(elsewhere, 0o700)
  })

  const why = missingForCommands()
  test.skipIf(why !== undefined)(
    `can be read by a command under its own account and not written, and are no artifacts of it${because(why)}`,
    async () => {
      const files = await fetchAll([file("plan.md", "the plan")])
      const instructions = 'cat attachments/plan.md; echo x 2>/dev/null >attachments/plan.md || echo " read-only"'
      const ran = await runCommand({ stateDir: dir.path, instructions, files, command: { artifacts: ["**"] } })
      expect(ran).toMatchObject({ outcome: { kind: "succeeded" }, artifacts: {} })
      expect(ran.text).toContain("the plan read-only")
    },
  )
})
