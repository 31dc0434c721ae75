import { MemoryRouter, Route, createMemoryHistory } from "@solidjs/router"
import { cleanup, fireEvent, render, screen } from "@solidjs/testing-library"
import { afterEach, describe, expect, it } from "vitest"
import SignInPage from "#src/pages/signin/page.tsx"
import { receiveCode } from "#src/session/arriving-code.ts"
import type { SignInOutcome } from "#src/session/sign-in.ts"

afterEach(cleanup)

/** Opens the page with a link's code in the real address, and a server that answers in the given order. */
function openWith(code: string | undefined, answers: ReadonlyArray<SignInOutcome>, hasSession = false) {
  window.history.replaceState(null, "", code === undefined ? "/signin" : `/signin#code=${code}`)
  receiveCode()
  const exchanged: Array<string> = []
  const names: Array<string | undefined> = []
  const left = [...answers]
  const port = {
    hasSession: () => Promise.resolve(hasSession),
    exchange: (given: string, name?: string): Promise<SignInOutcome> => {
      exchanged.push(given)
      names.push(name)
      return Promise.resolve(left.shift() ?? "refused")
    },
  }
  const history = createMemoryHistory()
  history.set({ value: "/signin" })
  render(() => (
    <MemoryRouter history={history}>
      <Route path="/signin" component={() => <SignInPage port={port} />} />
      <Route path="/" component={() => <p>{"home"}</p>} />
    </MemoryRouter>
  ))
  return { exchanged, names }
}
const heading = (name: string) => screen.findByRole("heading", { level: 1, name })

describe("the sign-in page", () => {
  it("signs in with the code of the link and goes home", async () => {
    const { exchanged } = openWith("abc", ["signed-in"])
    expect(window.location.hash).toBe("")
    expect(await screen.findByText("home")).toBeDefined()
    expect(exchanged).toEqual(["abc"])
  })

  it("says that a link does not work and how to get another", async () => {
    openWith("abc", ["refused"])
    await heading("This link does not work")
    expect(screen.getByText("npm run signin")).toBeDefined()
    expect(screen.getByLabelText("Sign-in link or code")).toBeDefined()
  })

  it("asks whoever sets Muster up for a name first, and for another one when it is taken", async () => {
    const { exchanged, names } = openWith("abc&setup", ["name-taken", "signed-in"])
    await heading("Welcome to Muster")
    expect(exchanged).toEqual([])
    const submit = async (name: string) => {
      fireEvent.input(await screen.findByLabelText("Your name"), { target: { value: name } })
      fireEvent.click(screen.getByRole("button", { name: "Set up Muster" }))
    }
    await submit("Ada")
    expect(await screen.findByText("Somebody else has this name. Choose another one.")).toBeDefined()
    await submit("Ada B.")
    expect(await screen.findByText("home")).toBeDefined()
    expect([exchanged, names]).toEqual([
      ["abc", "abc"],
      ["Ada", "Ada B."],
    ])
  })

  it("keeps the code when nobody answered, and tries it again", async () => {
    const { exchanged } = openWith("abc", ["unreachable", "signed-in"])
    await heading("Muster did not answer")
    fireEvent.click(screen.getByText("Try again"))
    expect(await screen.findByText("home")).toBeDefined()
    expect(exchanged).toEqual(["abc", "abc"])
  })

  it("does not use a link up when the browser is signed in already", async () => {
    const { exchanged } = openWith("abc", [], true)
    await heading("You are already signed in")
    expect(exchanged).toEqual([])
    fireEvent.click(screen.getByText("Continue to Muster"))
    expect(await screen.findByText("home")).toBeDefined()
  })

  it("takes a pasted link, and refuses what holds no code before asking the server", async () => {
    const { exchanged } = openWith(undefined, ["signed-in"])
    await heading("Sign in with a link")
    const field = screen.getByLabelText("Sign-in link or code")
    const submit = screen.getByRole("button", { name: "Sign in" })
    fireEvent.input(field, { target: { value: "two words" } })
    fireEvent.click(submit)
    expect(field.getAttribute("aria-invalid")).toBe("true")
    fireEvent.input(field, { target: { value: "http://127.0.0.1:7400/signin#code=xyz" } })
    fireEvent.click(submit)
    expect(await screen.findByText("home")).toBeDefined()
    expect(exchanged).toEqual(["xyz"])
  })

  it("takes a second link pasted into the address of the same tab", async () => {
    const { exchanged } = openWith("old", ["refused", "signed-in"])
    await heading("This link does not work")
    window.history.replaceState(null, "", "/signin#code=new")
    window.dispatchEvent(new HashChangeEvent("hashchange"))
    expect(window.location.hash).toBe("")
    expect(await screen.findByText("home")).toBeDefined()
    expect(exchanged).toEqual(["old", "new"])
  })
})
