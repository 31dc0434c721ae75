import type { NeedItem, NeedsPage } from "@muster/contracts"
import { approvalHash } from "@muster/domain"
import { cleanup, fireEvent, screen, waitFor, within } from "@solidjs/testing-library"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { forgetNeeds } from "#src/needs/state.ts"
import { forgetSession } from "#src/session/session.ts"
import { openAt } from "./support/open-at.tsx"
import { session } from "./support/session.ts"

const TEAM = "0199c000-0000-7000-8000-0000000000a1"
const need = (id: string, kind: NeedItem["kind"], about: object, n: number): NeedItem =>
  ({
    id,
    kind,
    teamId: TEAM,
    teamName: "Docs",
    memberHandle: "lea",
    memberId: "0199c000-0000-7000-8000-0000000000b1",
    task: { id: `0199c000-0000-7000-8000-0000000000c${n}`, number: n, title: `Work ${n}` },
    since: "2026-01-01T00:00:00.000Z",
    position: String(n),
    mark: null,
    about,
  }) as unknown as NeedItem

const ASKED = { action: "Delete the reports", detail: '{"path":"/srv/reports","recursive":true}' }
const QUESTION = need(
  "question:1",
  "question",
  { type: "question", questionId: "q1", text: "Which branch?", choices: ["main"] },
  1,
)
const APPROVAL = need(
  "approval:2",
  "approval",
  { type: "approval", approvalId: "a2", ...ASKED, hash: approvalHash(ASKED) },
  2,
)
const FAILED = need("run:3", "failed", { type: "failed", run: 1, reason: "error", message: "disk full" }, 3)

interface Sent {
  readonly route: string
  readonly body: unknown
}

/** A server with three things that wait; what is done about one takes it off the list. */
const serve = ({ role = "owner", items = [QUESTION, APPROVAL, FAILED], refuses = "" } = {}) => {
  const sent: Sent[] = []
  let waiting = items
  const marked = new Map<string, NeedItem>()
  const page = (show: string | null): NeedsPage => ({
    items: show === null ? waiting : [...marked.values()],
    next: null,
    total: waiting.length,
    counts: { approval: 0, question: 0, stuck: 0, failed: 0, "dead-letter": 0 },
    nextReturnAt: null,
    now: "2026-01-01T01:00:00.000Z",
  })
  const takeOff = (id: string) => {
    const item = waiting.find((each) => each.id === id)
    waiting = waiting.filter((each) => each !== item)
    return item
  }
  const answer = (route: string, url: URL, body: unknown): Response => {
    if (route.endsWith("/session")) return Response.json(session(role))
    if (route === "GET /api/v1/needs") return Response.json(page(url.searchParams.get("show")))
    if (refuses !== "" && route.startsWith("POST"))
      return Response.json(
        { type: `urn:muster:problem:${refuses}`, title: "Not what was shown", status: 409 },
        { status: 409 },
      )
    if (route === "POST /api/v1/needs/marks") {
      const { needs, mark } = body as { needs: [string]; mark: { kind: string } }
      const [id] = needs
      if (mark.kind === "none") waiting = [...waiting, marked.get(id) as NeedItem]
      else marked.set(id, takeOff(id) as NeedItem)
    }
    if (route.endsWith("/answer")) takeOff(QUESTION.id)
    if (route.endsWith("/decide")) takeOff(APPROVAL.id)
    if (route.endsWith("/retry")) takeOff(FAILED.id)
    return Response.json(route.startsWith("GET") ? { items: [], next: null } : { id: "o", position: "9" })
  }
  vi.stubGlobal("fetch", (input: string, init: RequestInit = {}) => {
    const url = new URL(input, "http://localhost")
    const route = `${init.method ?? "GET"} ${url.pathname}`
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined
    if (init.method !== undefined && init.method !== "GET") sent.push({ route, body })
    return Promise.resolve(answer(route, url, body))
  })
  return sent
}

beforeEach(() => {
  forgetSession()
  forgetNeeds()
})
afterEach(() => {
  cleanup()
  localStorage.clear()
  forgetSession()
  vi.unstubAllGlobals()
})

const open = (path = "/") => openAt(path)
const rowOf = (item: NeedItem) => screen.findByRole("listitem", { name: new RegExp(`Work ${item.task?.number ?? 0}`) })
const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key })

describe("the list of what needs the person", () => {
  it("shows what waits in groups, and the number in the rail and in the tab", async () => {
    serve()
    open()
    await rowOf(APPROVAL)
    expect(screen.getAllByRole("heading", { level: 2 }).map((heading) => heading.textContent)).toEqual(
      expect.arrayContaining(["Asks leave1", "Questions1", "Failed1"]),
    )
    await waitFor(() => expect(document.title).toBe("(3) Needs you · Muster"))
    expect(screen.getByRole("link", { name: /^Needs you\s*3 waiting$/ })).toBeDefined()
  })

  it("takes an answer in place", async () => {
    const sent = serve()
    open()
    const row = within(await rowOf(QUESTION))
    fireEvent.click(row.getByRole("button", { name: "Answer" }))
    fireEvent.click(row.getByRole("button", { name: "main" }))
    await waitFor(() => expect(screen.queryByRole("listitem", { name: /Work 1/ })).toBeNull())
    const path = `/api/v1/teams/${TEAM}/tasks/${QUESTION.task?.id ?? ""}/questions/q1/answer`
    expect(sent).toEqual([{ route: `POST ${path}`, body: { answer: "main" } }])
    expect(document.title).toBe("(2) Needs you · Muster")
  })

  it("shows the exact arguments of an action, and decides on the hash of what it showed", async () => {
    const sent = serve()
    open()
    const row = within(await rowOf(APPROVAL))
    fireEvent.click(row.getByRole("button", { name: "Decide" }))
    expect(row.getByRole("region", { name: "Arguments" }).textContent).toBe(
      '{\n  "path": "/srv/reports",\n  "recursive": true\n}',
    )
    expect(row.getByText(approvalHash(ASKED).slice(0, 12))).toBeDefined()
    fireEvent.click(row.getByRole("button", { name: "Approve" }))
    await waitFor(() => expect(screen.queryByRole("listitem", { name: /Work 2/ })).toBeNull())
    expect(sent.map(({ body }) => body)).toEqual([{ isApproved: true, hash: approvalHash(ASKED), comment: "" }])
  })

  it("says at the row when something else is asked by now, and the row stays", async () => {
    serve({ refuses: "not-what-was-shown" })
    open()
    const row = within(await rowOf(APPROVAL))
    fireEvent.click(row.getByRole("button", { name: "Decide" }))
    fireEvent.click(row.getByRole("button", { name: "Approve" }))
    expect(await row.findByText("Not what was shown")).toBeDefined()
  })

  it("retries failed work in place", async () => {
    const sent = serve()
    open()
    const row = within(await rowOf(FAILED))
    fireEvent.click(row.getByRole("button", { name: "Look" }))
    expect(row.getAllByText("disk full")).toHaveLength(2)
    fireEvent.click(row.getByRole("button", { name: "Retry" }))
    await waitFor(() => expect(screen.queryByRole("listitem", { name: /Work 3/ })).toBeNull())
    expect(sent[0]?.route).toMatch(/\/retry$/)
  })

  it("is worked through by keys alone: next, done, undo", async () => {
    const sent = serve()
    open()
    await rowOf(APPROVAL)
    press("j")
    press("j")
    expect(document.activeElement?.getAttribute("aria-label")).toContain("Work 1")
    press("e")
    await waitFor(() => expect(screen.queryByRole("listitem", { name: /Work 1/ })).toBeNull())
    // The row that took its place has the focus.
    expect(document.activeElement?.getAttribute("aria-label")).toContain("Work 3")
    await waitFor(() => expect(sent).toHaveLength(1))
    fireEvent.click(await screen.findByRole("button", { name: "Undo" }))
    await rowOf(QUESTION)
    expect(sent.map(({ body }) => body)).toEqual([
      { needs: ["question:1"], mark: { kind: "done" } },
      { needs: ["question:1"], mark: { kind: "none" } },
    ])
  })

  it("opens the first row for who presses R and has gone to none; to put it aside one has to go there", async () => {
    const sent = serve()
    open()
    await rowOf(APPROVAL)
    press("e")
    press("r")
    expect(await screen.findByRole("button", { name: "Approve" })).toBeDefined()
    expect(sent).toEqual([])
  })

  it("keeps what is being typed when the list is read again", async () => {
    serve()
    open()
    const row = within(await rowOf(QUESTION))
    fireEvent.click(row.getByRole("button", { name: "Answer" }))
    fireEvent.input(row.getByLabelText("Another answer"), { target: { value: "neither, wait" } })
    fireEvent.click(within(await rowOf(FAILED)).getByRole("button", { name: "Done" }))
    await waitFor(() => expect(screen.queryByRole("listitem", { name: /Work 3/ })).toBeNull())
    await waitFor(() => expect(document.title).toBe("(2) Needs you · Muster"))
    expect((row.getByLabelText("Another answer") as HTMLTextAreaElement).value).toBe("neither, wait")
  })

  it("opens the times to snooze for by its key, and the row leaves until then", async () => {
    const sent = serve()
    open()
    await rowOf(APPROVAL)
    press("j")
    press("h")
    fireEvent.pointerUp(await screen.findByRole("menuitem", { name: "For an hour" }), { button: 0 })
    await waitFor(() => expect(screen.queryByRole("listitem", { name: /Work 2/ })).toBeNull())
    expect(sent[0]?.body).toMatchObject({ needs: ["approval:2"], mark: { kind: "snoozed" } })
  })

  it("puts a row back, with the reason, when its mark is refused", async () => {
    serve({ refuses: "not-found" })
    open()
    const row = within(await rowOf(QUESTION))
    fireEvent.click(row.getByRole("button", { name: "Done" }))
    const back = within(await rowOf(QUESTION))
    expect(await back.findByText("Not what was shown")).toBeDefined()
  })

  it("shows what was put aside by its address, and puts it back", async () => {
    serve()
    open()
    fireEvent.click(within(await rowOf(QUESTION)).getByRole("button", { name: "Done" }))
    await waitFor(() => expect(screen.queryByRole("listitem", { name: /Work 1/ })).toBeNull())
    cleanup()
    open("/?show=done")
    const row = within(await rowOf(QUESTION))
    expect(row.getByRole("link", { name: "Open" }).getAttribute("href")).toBe(
      `/teams/${TEAM}/live?task=${QUESTION.task?.id ?? ""}`,
    )
  })

  it("stands by team where the address says so", async () => {
    serve()
    open("/?group=team")
    await rowOf(QUESTION)
    expect(screen.getAllByRole("heading", { level: 2 }).map((each) => each.textContent)).toContain("Docs3")
  })

  it("offers a person who only looks on neither marks nor decisions", async () => {
    serve({ role: "viewer" })
    open()
    const row = within(await rowOf(APPROVAL))
    expect(row.queryByRole("button", { name: "Done" })).toBeNull()
    fireEvent.click(row.getByRole("button", { name: "Decide" }))
    expect(row.queryByRole("button", { name: "Approve" })).toBeNull()
    expect(row.getByText("Your role may not answer this.")).toBeDefined()
  })

  it("says that nothing waits when nothing does", async () => {
    serve({ items: [] })
    open()
    expect(await screen.findByText("Nothing needs you")).toBeDefined()
    expect(document.title).toBe("Needs you · Muster")
  })
})

describe("notifications", () => {
  const page = async () => {
    serve()
    open("/me/notifications")
    return screen.findByRole("switch", { name: "Notify me when something new needs me" })
  }

  it("are off, and the browser is asked for leave on the press of the switch alone", async () => {
    const requestPermission = vi.fn<() => Promise<string>>(() => Promise.resolve("granted"))
    vi.stubGlobal("Notification", Object.assign(vi.fn<() => void>(), { permission: "default", requestPermission }))
    const enable = await page()
    expect([(enable as HTMLInputElement).checked, requestPermission.mock.calls.length]).toEqual([false, 0])
    fireEvent.click(enable)
    await waitFor(() => expect(localStorage.getItem("muster.needs.notifications")).toBe("true"))
    expect(requestPermission).toHaveBeenCalledTimes(1)
  })

  it("stay off when the browser refuses, and the page says where to allow them", async () => {
    const requestPermission = vi.fn<() => Promise<string>>(() => Promise.resolve("denied"))
    vi.stubGlobal("Notification", Object.assign(vi.fn<() => void>(), { permission: "default", requestPermission }))
    fireEvent.click(await page())
    expect(await screen.findByText(/Allow them in its settings/)).toBeDefined()
    expect(localStorage.getItem("muster.needs.notifications")).toBe("false")
  })

  it("say so where the browser has none", async () => {
    vi.stubGlobal("Notification", undefined)
    await page()
    expect(screen.getByText("This browser has no notifications at this address.")).toBeDefined()
  })
})
