import { execFileSync } from "node:child_process"
import {
  cpSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { dirOfTest } from "./harness.ts"
import { half, history, tree, volumeOfEachTest } from "./volume.ts"

const volume = volumeOfEachTest()
const { start, team, expectedTree } = volume

describe("links", () => {
  /** A place outside that nobody may write to or read from through the volume. */
  const outside = () => {
    const path = dirOfTest("muster-test-outside-")
    writeFileSync(join(path, "precious"), "precious")
    for (const name of ["checkpoint.json", "team.json", "history.ndjson", "result.md"])
      writeFileSync(join(path, name), "precious")
    return path
  }

  it("planted in the place of folders and files are removed, and nothing is written where they point", async () => {
    const live = start()
    await volume.place.append(history.slice(0, half))
    await live.settled()
    const precious = outside()
    const before = tree(precious)
    for (const folder of ["tasks", "results", "artifacts", "snapshots", "context"]) {
      rmSync(team(folder), { recursive: true, force: true })
      symlinkSync(precious, team(folder))
    }
    rmSync(team("team.json"))
    symlinkSync(join(precious, "team.json"), team("team.json"))
    rmSync(team("history.ndjson"))
    symlinkSync(join(precious, "history.ndjson"), team("history.ndjson"))
    await volume.place.append(history.slice(half))
    await live.settled()
    expect(tree(precious)).toEqual(before)
    for (const name of readdirSync(team()))
      expect([name, lstatSync(team(name)).isSymbolicLink()]).toEqual([name, false])
    expect(tree(volume.dir)).toEqual(await expectedTree())
  })

  it("in the place of a team's folder or of the checkpoint's are removed as well", async () => {
    const precious = outside()
    const before = tree(precious)
    symlinkSync(precious, team())
    const live = start()
    await volume.place.append(history.slice(0, half))
    await live.settled()
    expect(lstatSync(team()).isSymbolicLink()).toBe(false)
    renameSync(team(".muster"), team("aside"))
    symlinkSync(precious, team(".muster"))
    await volume.place.append(history.slice(half))
    await live.settled()
    expect(tree(precious)).toEqual(before)
    expect(tree(volume.dir)).toEqual(await expectedTree())
  })

  it("that a member made in context are neither followed nor touched", async () => {
    const live = start()
    await volume.place.append(history.slice(0, half))
    await live.settled()
    const precious = outside()
    const before = tree(precious)
    symlinkSync(precious, team("context", "way-out"))
    symlinkSync("/etc/passwd", team("context", "team.json"))
    await volume.place.append(history.slice(half))
    await live.settled()
    await live.runner.rebuild()
    await live.settled()
    expect(tree(precious)).toEqual(before)
    expect(lstatSync(team("context", "way-out")).isSymbolicLink()).toBe(true)
    expect([...tree(volume.dir).values()].some((content) => content.includes("root:"))).toBe(false)
  })

  it("that are second names of a file elsewhere do not let lines into that file", async () => {
    const live = start()
    await volume.place.append(history.slice(0, half))
    await live.settled()
    const elsewhere = join(dirOfTest("muster-test-outside-"), "file")
    cpSync(team("history.ndjson"), elsewhere)
    const before = readFileSync(elsewhere, "latin1")
    rmSync(team("history.ndjson"))
    linkSync(elsewhere, team("history.ndjson"))
    await volume.place.append(history.slice(half))
    await live.settled()
    expect(readFileSync(elsewhere, "latin1")).toBe(before)
    expect(tree(volume.dir)).toEqual(await expectedTree())
  })

  it("and pipes and folders in the place of files stop nothing", async () => {
    const live = start()
    await volume.place.append(history.slice(0, half))
    await live.settled()
    rmSync(team("team.json"))
    mkdirSync(team("team.json", "a", "b"), { recursive: true })
    rmSync(team("history.ndjson"))
    execFileSync("sh", ["-c", `mkfifo "$1"`, "sh", team("history.ndjson")])
    await volume.place.append(history.slice(half))
    await live.settled()
    expect(tree(volume.dir)).toEqual(await expectedTree())
  })
})
