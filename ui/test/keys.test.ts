import { createRoot, createSignal } from "solid-js"
import { afterEach, describe, expect, it } from "vitest"
import {
  bindCommand,
  changedBindings,
  conflictOf,
  isReserved,
  resetBindings,
  withBindings,
} from "#src/commands/bindings.ts"
import { boundKeys, publishBoundKeys } from "#src/commands/bound-keys.ts"
import { withCommands } from "#src/commands/catalogue.ts"
import { createCommandRegistry } from "#src/commands/registry.ts"
import type { Command } from "#src/commands/registry.ts"
import { titled } from "#src/commands/titled.ts"
import { chooseLanguage } from "#src/i18n/language.ts"
import { wording } from "#src/i18n/wording.ts"
import { zh } from "#src/i18n/zh.ts"
import { pressText } from "#src/lib/keys.ts"
import { keyRows, obstacleTo, recordPress } from "#src/pages/me/recording.ts"

const command = (id: string, keys?: string): Command => ({
  id,
  title: id,
  group: "act",
  run: () => undefined,
  ...(keys === undefined ? {} : { keys }),
})
const keysOf = (commands: ReadonlyArray<Command>) => commands.map(({ keys }) => keys)

afterEach(() => {
  resetBindings()
  localStorage.clear()
})

describe("the keys of a person", () => {
  const commands = [command("a", "x"), command("b", "g t"), command("c")]

  it("replace the ones a command came with, are taken away, and come back", () => {
    bindCommand("a", "mod+e")
    bindCommand("b", null)
    bindCommand("c", "shift+q")
    expect(keysOf(withBindings(commands, changedBindings(), false))).toEqual(["mod+e", undefined, "shift+q"])
    expect(JSON.parse(localStorage.getItem("muster.keys.bindings") ?? "")).toEqual({
      a: "mod+e",
      b: null,
      c: "shift+q",
    })
    bindCommand("a", undefined)
    expect(keysOf(withBindings(commands, changedBindings(), false))).toEqual(["x", undefined, "shift+q"])
  })

  it("write Control as it is pressed on this machine", () => {
    const press = { key: "`", ctrlKey: true, metaKey: false, altKey: false, shiftKey: false }
    for (const apple of [true, false]) {
      const [bound] = withBindings([command("dock", "ctrl+`")], {}, apple)
      expect(bound?.keys).toBe(pressText(press, apple))
    }
  })

  it("are in conflict when they are the same or one begins with the other", () => {
    expect(conflictOf("x", "other", commands)?.id).toBe("a")
    expect(conflictOf("g", "other", commands)?.id).toBe("b")
    expect(conflictOf("g t x", "other", commands)?.id).toBe("b")
    expect(conflictOf("x", "a", commands)).toBe(undefined)
    expect(conflictOf("gt", "other", commands)).toBe(undefined)
  })

  it("cannot be those that the browser needs", () => {
    expect(["mod+w", "g tab", "escape", "mod+k"].map(isReserved)).toEqual([true, true, true, false])
  })
})

describe("the keys that a button shows", () => {
  it("are those of its command as they are now, and its own where no command has them", () => {
    createRoot((dispose) => {
      const [singleKeys, setSingleKeys] = createSignal(true)
      const registry = createCommandRegistry((commands) => withBindings(commands, changedBindings(), false))
      publishBoundKeys({ registry, singleKeys })
      registry.register(() => [command("a", "x"), command("b", "mod+b")])
      expect(["x", "mod+b", "escape"].map(boundKeys)).toEqual(["x", "mod+b", "escape"])
      setSingleKeys(false)
      expect(["x", "mod+b"].map(boundKeys)).toEqual([undefined, "mod+b"])
      setSingleKeys(true)
      bindCommand("a", "mod+b")
      bindCommand("b", null)
      expect(["x", "mod+b"].map(boundKeys)).toEqual(["mod+b", undefined])
      dispose()
      expect(boundKeys("x")).toBe("x")
    })
  })
})

describe("the page of keys", () => {
  it("knows the commands of screens that are not open, and writes only what is new", () => {
    const known = withCommands([], [command("a", "x"), command("b")])
    expect(withCommands(known, [command("b")])).toBe(known)
    const later = withCommands(known, [{ ...command("a", "x"), title: "Anew" }])
    expect(later.map(({ id, title }) => [id, title])).toEqual([
      ["a", "Anew"],
      ["b", "b"],
    ])
  })

  it("names the commands of screens that are not open in the language of the page, after a reload too", async () => {
    const offered = [
      { ...command("play"), ...titled("replay.play") },
      { ...command("go"), ...titled("command.go-view", { view: wording("nav.replay") }) },
    ]
    const kept = JSON.parse(JSON.stringify(withCommands([], offered))) as typeof offered
    const titles = () => keyRows(kept, [], {}, false).map(({ title }) => title)
    const english = titles()
    expect(english).toEqual(offered.map(({ title }) => title))
    await chooseLanguage("zh")
    try {
      expect(titles()).toEqual([zh["replay.play"], zh["command.go-view"].replace("{{ view }}", zh["nav.replay"])])
      expect(titles()).not.toEqual(english)
    } finally {
      await chooseLanguage("en")
    }
  })

  it("calls a command as it was called then when its text is gone, and learns what it is said from when it is seen again", () => {
    const old = { id: "a", title: "Before", group: "act" } as const
    const gone = { ...old, wording: { key: "no.such.text" as string as "replay.play" } }
    expect(keyRows([gone], [], {}, false).map(({ title }) => title)).toEqual(["Before"])
    const [known] = withCommands([old], [{ ...command("a"), ...titled("replay.play") }])
    expect(known?.wording).toEqual({ key: "replay.play" })
    expect(withCommands([old], [{ ...command("a"), title: "Before" }])).toEqual([old])
  })

  it("shows each command once with the keys it has now", () => {
    const known = withCommands([], [{ ...command("go", "g t"), group: "go" }, command("a", "x"), command("old", "y")])
    const rows = keyRows(known, [{ ...command("a", "x"), title: "mounted" }], { a: "z", old: null }, false)
    expect(rows.map(({ id, title, keys, isChanged }) => [id, title, keys, isChanged])).toEqual([
      ["go", "go", "g t", false],
      ["a", "mounted", "z", true],
      ["old", "old", undefined, true],
    ])
  })

  it("records up to two presses, and lets them be taken back, left or accepted", () => {
    const record = (presses: ReadonlyArray<string>) =>
      presses.reduce<ReadonlyArray<string>>((so, press) => {
        const step = recordPress(so, press)
        return step.kind === "recorded" ? step.presses : so
      }, [])
    expect(record(["g", "x"])).toEqual(["g", "x"])
    expect(record(["a", "g", "x"])).toEqual(["g", "x"])
    expect(record(["g", "x", "backspace"])).toEqual(["g"])
    expect(recordPress(["g"], "escape").kind).toBe("left")
    expect(recordPress(["g"], "enter").kind).toBe("accepted")
    expect(recordPress([], "enter")).toEqual({ kind: "recorded", presses: ["enter"] })
  })

  it("tells what stands in the way", () => {
    const rows = keyRows([], [command("a", "x"), command("b", "y")], {}, false)
    expect(obstacleTo("mod+t", "a", rows)).toEqual({ kind: "reserved" })
    expect(obstacleTo("y", "a", rows)).toMatchObject({ kind: "taken", by: { id: "b" } })
    expect(obstacleTo("x", "a", rows)).toBe(undefined)
  })
})
