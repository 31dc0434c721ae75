import { createRoot, createSignal } from "solid-js"
import { beforeEach, describe, expect, it } from "vitest"
import { makeKeyHandler } from "#src/commands/key-handler.ts"
import { paletteRows, rememberCommand } from "#src/commands/palette-model.ts"
import { createCommandRegistry } from "#src/commands/registry.ts"
import type { Command } from "#src/commands/registry.ts"
import { isSingleKey, keyCaps, pressText } from "#src/lib/keys.ts"
import { KEY_SEQUENCE_MILLIS, PALETTE_ENTITIES } from "#src/limits.ts"

const command = (id: string, keys?: string, run: () => void = () => undefined): Command => ({
  id,
  title: id,
  group: "act",
  run,
  ...(keys === undefined ? {} : { keys }),
})

const press = (key: string, more: Partial<KeyboardEventInit> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
})

describe("a press in the notation of bindings", () => {
  it.each([
    [press("k", { ctrlKey: true }), false, "mod+k"],
    [press("k", { metaKey: true }), true, "mod+k"],
    [press("L", { shiftKey: true }), false, "shift+l"],
    [press("?", { shiftKey: true }), false, "?"],
    [press("["), false, "["],
    [press(" "), false, "space"],
    [press("G"), false, "g"],
  ])("%o on Apple %s is %s", (event, apple, text) => {
    expect(pressText(event, apple)).toBe(text)
  })

  it("knows which bindings could be typed text", () => {
    expect(["g t", "?", "shift+l", "mod+k", "alt+t"].map(isSingleKey)).toEqual([true, true, true, false, false])
  })

  it("shows key caps in the names of the machine", () => {
    expect(keyCaps("mod+shift+k", true)).toEqual([["⌘", "⇧", "K"]])
    expect(keyCaps("g t", false)).toEqual([["G"], ["T"]])
  })
})

describe("the key handler", () => {
  let ran: Array<string>
  let commands: ReadonlyArray<Command>
  let singleKeys: boolean
  let handle: (event: KeyboardEvent) => void

  beforeEach(() => {
    document.body.replaceChildren()
    ran = []
    singleKeys = true
    commands = [
      command("teams", "g t", () => ran.push("teams")),
      command("rail", "[", () => ran.push("rail")),
      command("palette", "mod+k", () => ran.push("palette")),
      command("play", "space", () => ran.push("play")),
    ]
    handle = makeKeyHandler({ commands: () => commands, singleKeys: () => singleKeys, apple: false })
  })

  const send = (
    key: string,
    at: { readonly target?: Element; readonly timeStamp?: number; readonly ctrlKey?: boolean } = {},
  ) => {
    const event = new KeyboardEvent("keydown", { key, ctrlKey: at.ctrlKey ?? false, cancelable: true })
    Object.defineProperty(event, "target", { value: at.target ?? document.body })
    Object.defineProperty(event, "timeStamp", { value: at.timeStamp ?? 0 })
    handle(event)
    return event
  }
  const element = (html: string): Element => {
    document.body.innerHTML = html
    return document.body.firstElementChild ?? document.body
  }

  it("runs a command by its key and keeps the press from the browser", () => {
    expect(send("[").defaultPrevented).toBe(true)
    expect(ran).toEqual(["rail"])
  })

  it("runs a sequence", () => {
    send("g")
    send("t")
    expect(ran).toEqual(["teams"])
  })

  it("forgets the first press of a sequence when the second comes too late", () => {
    send("g", { timeStamp: 0 })
    send("t", { timeStamp: KEY_SEQUENCE_MILLIS + 1 })
    expect(ran).toEqual([])
  })

  it("takes a press that continues no sequence as a first press", () => {
    send("g")
    send("[")
    expect(ran).toEqual(["rail"])
  })

  it.each(["<input>", "<textarea></textarea>", "<div contenteditable></div>", "<div data-keys=own></div>"])(
    "leaves single keys to %s",
    (html) => {
      send("[", { target: element(html) })
      expect(ran).toEqual([])
    },
  )

  it("still answers Control combinations inside a text field", () => {
    send("k", { target: element("<input>"), ctrlKey: true })
    expect(ran).toEqual(["palette"])
  })

  it("leaves Space to a focused button", () => {
    send(" ", { target: element("<button></button>") })
    expect(ran).toEqual([])
    send(" ")
    expect(ran).toEqual(["play"])
  })

  it("is quiet while a dialog is open", () => {
    element('<div role="dialog" data-expanded></div>')
    send("[")
    expect(ran).toEqual([])
  })

  it("has no single keys when the person switched them off", () => {
    singleKeys = false
    send("[")
    send("k", { ctrlKey: true })
    expect(ran).toEqual(["palette"])
  })
})

describe("the command registry", () => {
  it("offers the commands of mounted screens only, and the last one of an id wins", () => {
    const registry = createRoot(() => createCommandRegistry())
    createRoot(() => registry.register(() => [command("a"), command("b")]))
    const leave = createRoot((dispose) => {
      registry.register(() => [{ ...command("b"), title: "the screen's b" }, command("c")])
      return dispose
    })
    expect(registry.all().map(({ title }) => title)).toEqual(["a", "the screen's b", "c"])
    leave()
    expect(registry.all().map(({ title }) => title)).toEqual(["a", "b"])
  })

  it("follows what a screen offers", () => {
    createRoot((dispose) => {
      const registry = createCommandRegistry()
      const [offered, setOffered] = createSignal<ReadonlyArray<Command>>([])
      registry.register(offered)
      setOffered([command("late")])
      expect(registry.all().map(({ id }) => id)).toEqual(["late"])
      dispose()
    })
  })
})

describe("the palette", () => {
  const commands = [command("Go to teams"), command("Switch theme"), command("Dispatch a task")]

  it("lists what was used last first, and passes over what is not offered", () => {
    const ids = paletteRows(commands, " ", ["gone", "Dispatch a task"]).map(({ id }) => id)
    expect(ids).toEqual(["Dispatch a task", "Go to teams", "Switch theme"])
  })

  it("finds teams, tasks and members among them, a few of each kind, and the ones used last", () => {
    const entity = (id: string, title: string, kind: "task" | "team") => ({ id, title, kind, run: () => undefined })
    const tasks = Array.from({ length: 30 }, (_, n) => entity(`task:${n}`, `T-${n} Switch over`, "task"))
    const entities = [entity("team:1", "Switchers", "team"), ...tasks]
    const kinds = paletteRows(commands, "switch", [], entities).map((row) => ("kind" in row ? row.kind : "command"))
    expect(["command", "team", "task"].map((kind) => kinds.filter((each) => each === kind).length)).toEqual([
      1,
      1,
      PALETTE_ENTITIES,
    ])
    expect(paletteRows(commands, "t-2", [], entities)[0]?.id).toBe("task:2")
    expect(paletteRows(commands, "", ["team:1"], entities).map(({ id }) => id)).toEqual([
      "team:1",
      ...commands.map(({ id }) => id),
    ])
  })

  it("finds by a few letters", () => {
    expect(paletteRows(commands, "disp", []).map(({ id }) => id)).toEqual(["Dispatch a task"])
    expect(paletteRows(commands, "xyzzy", [])).toEqual([])
  })

  it("remembers each command once, newest first, within its limit", () => {
    expect(rememberCommand(["a", "b", "c"], "b")).toEqual(["b", "a", "c"])
    expect(rememberCommand(["a", "b", "c", "d", "e"], "f")).toEqual(["f", "a", "b", "c", "d"])
  })
})
