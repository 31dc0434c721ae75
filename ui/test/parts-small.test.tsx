import { MemoryRouter, Route } from "@solidjs/router"
import { cleanup, fireEvent, render, screen, waitFor } from "@solidjs/testing-library"
import Pin from "lucide-solid/icons/pin"
import { createSignal, lazy } from "solid-js"
import { afterEach, describe, expect, it, vi } from "vitest"
import { Avatar } from "#src/parts/avatar.tsx"
import { Badge } from "#src/parts/badge.tsx"
import { Banner } from "#src/parts/banner.tsx"
import { CopyButton } from "#src/parts/copy-button.tsx"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { ErrorState } from "#src/parts/error-state.tsx"
import { IconButton } from "#src/parts/icon-button.tsx"
import { CommandCaps, KeyCaps } from "#src/parts/kbd.tsx"
import { Pane } from "#src/parts/pane.tsx"
import { PresenceDot } from "#src/parts/presence-dot.tsx"
import { RadioGroup } from "#src/parts/radio-group.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { SplitPanes } from "#src/parts/split-panes.tsx"
import { SHAPES } from "#src/parts/state-table.ts"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { Switch } from "#src/parts/switch.tsx"
import { Tabs } from "#src/parts/tabs.tsx"
import { ToastRegion, showToast } from "#src/parts/toast.tsx"
import { ViewLinks } from "#src/parts/view-links.tsx"

afterEach(() => {
  cleanup()
  localStorage.clear()
  vi.unstubAllGlobals()
})

describe("panes", () => {
  it("one that fails leaves its neighbours alone, gives a text to report, and can be tried again", () => {
    const [isBroken, setBroken] = createSignal(true)
    const Fragile = () => {
      if (isBroken()) throw new TypeError("no such list")
      return <p>{"mended"}</p>
    }
    render(() => (
      <>
        <Pane title={"Left"}>
          <Fragile />
        </Pane>
        <Pane title={"Right"}>{"still here"}</Pane>
      </>
    ))
    screen.getByText("still here")
    expect(screen.getByRole("alert").textContent).toContain("Left: TypeError: no such list")
    setBroken(false)
    fireEvent.click(screen.getByRole("button", { name: "Try again" }))
    screen.getByText("mended")
  })

  it("one that waits for its content leaves its neighbours alone", async () => {
    const { promise, resolve } = Promise.withResolvers<{ readonly default: () => string }>()
    const Late = lazy(() => promise)
    render(() => (
      <>
        <Pane title={"Left"}>
          <Late />
        </Pane>
        <Pane title={"Right"}>{"still here"}</Pane>
      </>
    ))
    screen.getByText("still here")
    screen.getByRole("status", { name: "Loading" })
    resolve({ default: () => "come" })
    await screen.findByText("come")
  })

  it("move their border by keys, within bounds, and remember it", () => {
    const panes = () => <SplitPanes name="test" label={"Border"} initial={50} first={"a"} second={"b"} />
    render(panes)
    const border = screen.getByRole("separator", { name: "Border" })
    fireEvent.keyDown(border, { key: "ArrowRight" })
    expect(border.getAttribute("aria-valuenow")).toBe("52")
    fireEvent.keyDown(border, { key: "Home" })
    expect(border.getAttribute("aria-valuenow")).toBe(border.getAttribute("aria-valuemin"))
    cleanup()
    render(panes)
    const again = screen.getByRole("separator", { name: "Border" })
    expect(again.getAttribute("aria-valuenow")).toBe(again.getAttribute("aria-valuemin"))
  })
})

describe("small parts", () => {
  it("an avatar is silent but for the presence, which is a word too", () => {
    const { container } = render(() => <Avatar name={"release crew"} presence="stale" />)
    expect(container.querySelector("[data-slot=initials]")?.getAttribute("aria-hidden")).toBe("true")
    expect(screen.getByText("No news").className).toContain("visually-hidden")
  })

  it("presence, state and badge carry their tone, and a shape that assistive technology does not hear", () => {
    const { container } = render(() => (
      <>
        <PresenceDot presence="online" />
        <Badge tone="danger">{"3"}</Badge>
        <StateIcon shape={SHAPES.check} />
      </>
    ))
    expect(container.querySelector("[data-component=presence-dot]")?.getAttribute("data-tone")).toBe("success")
    expect(screen.getByText("3").dataset["tone"]).toBe("danger")
    expect([...container.querySelectorAll("svg")].map((svg) => svg.getAttribute("aria-hidden"))).toEqual([
      "true",
      "true",
    ])
  })

  it("a banner is told when it comes, with what can be done", () => {
    render(() => (
      <Banner tone="warning" action={<button type="button">{"Go on"}</button>}>
        {"Paused"}
      </Banner>
    ))
    expect(screen.getByRole("status").textContent).toContain("Paused")
    screen.getByRole("button", { name: "Go on" })
  })

  it("a copy button says whether the browser took the text", async () => {
    const taken: Array<string> = []
    const clipboard = { writeText: (text: string) => (taken.push(text), Promise.resolve()) }
    vi.stubGlobal("navigator", Object.assign(Object.create(navigator), { clipboard }))
    render(() => <CopyButton text={"T-7"} label={"Copy id"} />)
    fireEvent.click(screen.getByRole("button", { name: "Copy id" }))
    await screen.findByRole("button", { name: "Copied" })
    expect(taken).toEqual(["T-7"])
  })

  it("a copy button says so when there is no clipboard", async () => {
    vi.stubGlobal("navigator", { userAgent: "", languages: ["en"] })
    render(() => <CopyButton text={"T-7"} label={"Copy id"} />)
    fireEvent.click(screen.getByRole("button", { name: "Copy id" }))
    await screen.findByRole("button", { name: "The browser refused to copy" })
  })

  it("an empty state has its one action, an error its retry and the id to report", () => {
    let retries = 0
    render(() => (
      <>
        <EmptyState title={"No tasks"} action={<button type="button">{"Dispatch"}</button>} />
        <ErrorState title={"Not read"} errorId={"01JD"} onRetry={() => (retries += 1)} />
      </>
    ))
    screen.getByRole("button", { name: "Dispatch" })
    expect(screen.getByRole("alert").textContent).toContain("01JD")
    screen.getByRole("button", { name: "Copy error id" })
    fireEvent.click(screen.getByRole("button", { name: "Try again" }))
    expect(retries).toBe(1)
  })

  it("an icon button has its label as its name", () => {
    let presses = 0
    render(() => <IconButton icon={Pin} label={"Pin"} onClick={() => (presses += 1)} />)
    fireEvent.click(screen.getByRole("button", { name: "Pin" }))
    expect(presses).toBe(1)
  })

  it("key caps show each press; those of a button are for the eye alone", () => {
    render(() => (
      <>
        <KeyCaps keys="g t" />
        <button type="button">
          {"Dispatch"}
          <CommandCaps keys="d" isSilent />
        </button>
      </>
    ))
    expect([...document.querySelectorAll("kbd")].map((cap) => cap.textContent)).toEqual(["G", "T", "D"])
    screen.getByRole("button", { name: "Dispatch" })
  })

  it("a skeleton says that something is loading", () => {
    render(() => <Skeleton lines={4} />)
    expect(screen.getByRole("status", { name: "Loading" }).children).toHaveLength(4)
  })

  it("links between views mark the one that is open", () => {
    const links = [
      { href: "/", label: "Here" },
      { href: "/there", label: "There" },
    ]
    render(() => (
      <MemoryRouter>
        <Route path="*" component={() => <ViewLinks label={"Views"} links={links} />} />
      </MemoryRouter>
    ))
    screen.getByRole("navigation", { name: "Views" })
    expect(screen.getByRole("link", { name: "Here" }).getAttribute("aria-current")).toBe("page")
    expect(screen.getByRole("link", { name: "There" }).getAttribute("aria-current")).toBe(null)
  })
})

describe("choices", () => {
  it("a radio group takes one of its options", () => {
    const [chosen, setChosen] = createSignal<"a" | "b">("a")
    const options = [
      { value: "a", label: "First" },
      { value: "b", label: "Second", hint: "The other" },
    ] as const
    render(() => <RadioGroup label={"Which"} options={options} value={chosen()} onChange={setChosen} />)
    fireEvent.click(screen.getByRole("radio", { name: "Second" }))
    expect(screen.getByRole<HTMLInputElement>("radio", { name: "Second" }).checked).toBe(true)
  })

  it("a switch turns on and off, and not while it is disabled", () => {
    const [isOn, setOn] = createSignal(false)
    const [isOff, setOff] = createSignal(false)
    render(() => <Switch label={"Sound"} checked={isOn()} onChange={setOn} disabled={isOff()} />)
    fireEvent.click(screen.getByRole("switch"))
    expect(screen.getByRole<HTMLInputElement>("switch").checked).toBe(true)
    setOff(true)
    expect(screen.getByRole("switch").hasAttribute("disabled")).toBe(true)
  })

  it("tabs show one of their views at a time", () => {
    const [tab, setTab] = createSignal("result")
    const tabs = ["result", "files"].map((value) => ({ value, label: value, content: () => `the ${value}` }))
    render(() => <Tabs label={"Details"} value={tab()} onChange={setTab} tabs={tabs} />)
    screen.getByText("the result")
    setTab("files")
    screen.getByText("the files")
    expect(screen.queryByText("the result")).toBe(null)
  })
})

describe("toasts", () => {
  it("report an end, offer what can be done about it, and go when that was done", async () => {
    let undone = 0
    render(() => <ToastRegion />)
    showToast({ tone: "success", title: "Dispatched", action: { label: "Undo", run: () => (undone += 1) } })
    fireEvent.click(await screen.findByRole("button", { name: "Undo" }))
    expect(undone).toBe(1)
    await waitFor(() => expect(screen.queryByText("Dispatched")).toBe(null))
  })
})
