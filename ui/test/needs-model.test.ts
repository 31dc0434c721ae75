import type { NeedItem, NeedKind, TeamDoc } from "@muster/contracts"
import { approvalHash } from "@muster/domain"
import { describe, expect, it } from "vitest"
import { NEEDS_TEAMS_SHOWN } from "#src/limits.ts"
import { faviconHref, faviconSvg } from "#src/needs/favicon.ts"
import { isQuiet, mayNotify, minutesOf, newcomers, noticesOf } from "#src/needs/notify/model.ts"
import { leadNotifications } from "#src/needs/notify/leader.ts"
import { makeReloader } from "#src/needs/reloader.ts"
import { NEED_LOOKS, needHref, needReason, needTitle } from "#src/needs/words.ts"
import { drawnOrder, groupNeeds, groupingOf, rowAfter, rowInstead, showOf } from "#src/pages/needs-you/model.ts"
import { snoozeUntil } from "#src/pages/needs-you/snooze.ts"
import { firstTeams } from "#src/pages/needs-you/teams-strip.tsx"
import { readableArguments } from "#src/team/task/readable-arguments.ts"

const item = (id: string, kind: NeedKind = "question", over: object = {}): NeedItem =>
  ({
    id,
    kind,
    teamId: "t-docs",
    teamName: "Docs",
    memberHandle: "lea",
    memberId: "m1",
    task: { id: "task-1", number: 12, title: "Count the words" },
    since: "2030-01-01T00:00:00.000Z",
    position: "7",
    mark: null,
    about: { type: "question", questionId: "q", text: "Which branch?\nmain or next", choices: [] },
    ...over,
  }) as unknown as NeedItem

describe("the rows", () => {
  const items = [
    item("a", "approval"),
    item("b", "question", { teamId: "t-web", teamName: "Web" }),
    item("c", "failed"),
    item("d", "question"),
  ]

  it("stand by kind in the order of the list, or by team in the order of names", () => {
    const byKind = groupNeeds(items, "kind")
    expect(byKind.map(({ key, items: own }) => [key, own.map(({ id }) => id)])).toEqual([
      ["approval", ["a"]],
      ["question", ["b", "d"]],
      ["failed", ["c"]],
    ])
    const byTeam = groupNeeds(items, "team")
    expect(byTeam.map(({ name, items: own }) => [name, own.map(({ id }) => id)])).toEqual([
      ["Docs", ["a", "c", "d"]],
      ["Web", ["b"]],
    ])
    expect(drawnOrder(byTeam)).toEqual(["a", "c", "d", "b"])
  })

  it("are gone through from the first to the last, and a row that leaves is followed by its neighbour", () => {
    const order = ["a", "b", "c"]
    expect([rowAfter(order, undefined, 1), rowAfter(order, "a", 1), rowAfter(order, "c", 1)]).toEqual(["a", "b", "c"])
    expect([rowAfter(order, "a", -1), rowAfter(order, "gone", 1), rowAfter([], "a", 1)]).toEqual(["a", "a", undefined])
    expect([rowInstead(order, "a"), rowInstead(order, "c"), rowInstead(["a"], "a")]).toEqual(["b", "b", undefined])
  })

  it("are asked for by an address, and an address that says nothing known shows what waits by kind", () => {
    expect([groupingOf("team"), groupingOf("colour"), groupingOf(undefined)]).toEqual(["team", "kind", "kind"])
    expect([showOf("done"), showOf("x"), showOf(undefined)]).toEqual(["done", "open", "open"])
  })

  it("have a shape and a word for each kind", () => {
    const looks = Object.values(NEED_LOOKS)
    expect(new Set(looks.map(({ shape }) => JSON.stringify(shape))).size).toBe(looks.length)
    expect(new Set(looks.map(({ word }) => word)).size).toBe(looks.length)
  })

  it("say what waits and why in one line, and lead to where more of it stands", () => {
    expect(needTitle(items[0] as NeedItem)).toBe("T-12 Count the words")
    expect(needReason(item("q"))).toBe("Which branch?")
    const blocked = item("s", "stuck", { task: null, about: { type: "blocked", reason: "no model is set\nsee …" } })
    expect([needTitle(blocked), needReason(blocked)]).toEqual(["@lea", "Cannot work: no model is set"])
    const failed = { type: "failed", run: 1, reason: "exit-code", message: "" }
    expect(needReason(item("f", "failed", { about: failed }))).toBe("The program ended with an error code")
    expect(needHref(item("q"))).toBe("/teams/t-docs/live?task=task-1")
    const entry = { type: "dead-entry", entry: "9", stream: "out", reason: "no JSON" }
    expect(needHref(item("e", "dead-letter", { task: null, about: entry }))).toBe("/teams/t-docs/tasks?tab=dead")
  })
})

describe("what the teams are doing", () => {
  const team = (id: string) => ({ id }) as TeamDoc

  it("begins with the teams that the person comes back to, and shows a few", () => {
    const many = ["a", "b", "c", "d", "e", "f", "g", "h"].map(team)
    const shown = firstTeams(many, ["g", "c"]).map(({ id }) => id)
    expect(shown.slice(0, 4)).toEqual(["g", "c", "a", "b"])
    expect(shown).toHaveLength(NEEDS_TEAMS_SHOWN)
  })
})

describe("a snooze", () => {
  it("ends in an hour, on the next morning, or on the next Monday's", () => {
    const wednesday = new Date(2030, 0, 2, 17, 30)
    expect(snoozeUntil("hour", wednesday)).toEqual(new Date(2030, 0, 2, 18, 30))
    expect(snoozeUntil("tomorrow", wednesday)).toEqual(new Date(2030, 0, 3, 9))
    expect(snoozeUntil("week", wednesday)).toEqual(new Date(2030, 0, 7, 9))
  })

  it("of a Monday ends on the Monday after, and over the end of a month", () => {
    expect(snoozeUntil("week", new Date(2030, 0, 7, 8))).toEqual(new Date(2030, 0, 14, 9))
    expect(snoozeUntil("tomorrow", new Date(2030, 0, 31, 8))).toEqual(new Date(2030, 1, 1, 9))
  })
})

describe("the arguments of an action", () => {
  it("are laid out where that loses nothing", () => {
    expect(readableArguments('{"path":"/srv","deep":{"n":1}}')).toBe(
      '{\n  "path": "/srv",\n  "deep": {\n    "n": 1\n  }\n}',
    )
  })

  it.each([
    ["text", "rm -rf /srv"],
    ["a key that stands twice", '{"path":"/tmp","path":"/"}'],
    ["a number beyond what this page can hold", '{"id":12345678901234567890}'],
    ["half a document", '{"path":'],
    ["what is laid out already", '{\n  "a": 1\n}'],
  ])("stand as they were asked when they are %s", (_, detail) => expect(readableArguments(detail)).toBe(detail))

  it("change nothing of the hash, which is of what was asked", () => {
    const asked = { action: "delete", detail: '{"path":"/srv"}' }
    expect(approvalHash(asked)).not.toBe(approvalHash({ ...asked, detail: readableArguments(asked.detail) }))
  })
})

describe("notifications", () => {
  it("are of what came since the list was seen, never of what was there before", () => {
    expect(newcomers(undefined, [item("a")])).toEqual([])
    expect(newcomers(new Set(["a"]), [item("a"), item("b")]).map(({ id }) => id)).toEqual(["b"])
  })

  it("are one each while there are few, and one for all of many", () => {
    expect(noticesOf([item("a"), item("b")])).toMatchObject([{ kind: "one" }, { kind: "one" }])
    expect(noticesOf(["a", "b", "c", "d"].map((id) => item(id)))).toEqual([{ kind: "many", count: 4 }])
  })

  it.each([
    ["22:00", "08:00", "23:30", true],
    ["22:00", "08:00", "07:59", true],
    ["22:00", "08:00", "08:00", false],
    ["12:00", "13:00", "12:30", true],
    ["12:00", "13:00", "13:00", false],
    ["09:00", "09:00", "09:00", false],
    ["25:00", "08:00", "01:00", false],
  ])("are quiet from %s to %s at %s: %s", (from, to, at, expected) => {
    expect(isQuiet({ from, to }, minutesOf(at) ?? -1)).toBe(expected)
  })

  it("need all of it: the wish, the leave, this tab, nobody who looks, and no quiet hour", () => {
    const good = {
      isEnabled: true,
      isPermitted: true,
      isLeader: true,
      isInSight: false,
      quiet: { from: "22:00", to: "08:00" },
      minuteOfDay: 12 * 60,
    }
    expect(mayNotify(good)).toBe(true)
    for (const spoilt of [
      { isEnabled: false },
      { isPermitted: false },
      { isLeader: false },
      { isInSight: true },
      { minuteOfDay: 23 * 60 },
    ])
      expect(mayNotify({ ...good, ...spoilt })).toBe(false)
  })

  it("come from one tab; the next one takes over when it is closed", async () => {
    const queue: Array<() => Promise<unknown>> = []
    let isRunning = false
    const runAll = async (): Promise<void> => {
      isRunning = true
      for (let work = queue.shift(); work !== undefined; work = queue.shift()) {
        // Whoever holds the lock holds it alone.
        // eslint-disable-next-line no-await-in-loop
        await work()
      }
      isRunning = false
    }
    const locks = {
      request: (_name: string, _options: object, work: () => Promise<unknown>) => {
        queue.push(work)
        if (!isRunning) void runAll()
        return Promise.resolve()
      },
    } as unknown as LockManager
    const [first, second] = [leadNotifications(locks), leadNotifications(locks)]
    expect([first.isLeader(), second.isLeader()]).toEqual([true, false])
    first.stop()
    await new Promise((resolve) => setTimeout(resolve))
    expect([first.isLeader(), second.isLeader()]).toEqual([false, true])
  })
})

describe("the sign of the tab", () => {
  it("has the number in it, nine and more as 9+, and is the plain one for none", () => {
    expect(faviconSvg(3)).toContain(">3</text>")
    expect(faviconSvg(12)).toContain(">9+</text>")
    expect(faviconHref(0)).toBe("/favicon.svg")
    expect(faviconHref(2)).toMatch(/^data:image\/svg\+xml,/)
  })
})

describe("reading the list again", () => {
  const setUp = () => {
    const reads: Array<{ readonly atLeast: string | undefined; readonly end: () => void }> = []
    const timers: Array<{ readonly work: () => void; readonly millis: number }> = []
    let now = 0
    const reloader = makeReloader({
      load: (atLeast) => new Promise((resolve) => reads.push({ atLeast, end: resolve })),
      everyMillis: 500,
      now: () => now,
      later: (work, millis) => {
        const timer = { work, millis }
        timers.push(timer)
        return () => void timers.splice(timers.indexOf(timer), 1)
      },
    })
    return {
      reloader,
      reads,
      timers,
      fire: () => timers.shift()?.work(),
      at: (millis: number) => {
        now = millis
      },
    }
  }

  it("happens once for many wishes, as of the furthest of them", async () => {
    const { reloader, reads, fire } = setUp()
    const asked = [reloader.ask("9"), reloader.ask("10"), reloader.ask("2"), reloader.ask()]
    fire()
    expect(reads.map(({ atLeast }) => atLeast)).toEqual(["10"])
    reads[0]?.end()
    expect(await Promise.all(asked)).toHaveLength(4)
  })

  it("is done again for who asked while it went on, and not sooner than the limit allows", async () => {
    const { reloader, reads, timers, fire, at } = setUp()
    void reloader.ask("1")
    fire()
    at(100)
    const late = reloader.ask("2")
    expect(timers).toEqual([])
    reads[0]?.end()
    await new Promise((resolve) => setTimeout(resolve))
    expect(timers.map(({ millis }) => millis)).toEqual([400])
    fire()
    reads[1]?.end()
    await late
    expect(reads.map(({ atLeast }) => atLeast)).toEqual(["1", "2"])
  })

  it("ends for who waits when the page is left", async () => {
    const { reloader, timers } = setUp()
    const asked = reloader.ask("1")
    reloader.stop()
    await asked
    expect(timers).toEqual([])
  })
})
