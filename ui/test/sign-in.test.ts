import { describe, expect, it } from "vitest"
import { codeInText, takeCodeFromAddress } from "#src/session/code-from-address.ts"
import { makeSignIn } from "#src/session/sign-in.ts"
import { SIGN_IN_CODE_MAX_CHARS } from "#src/limits.ts"

describe("the code in the address", () => {
  const bar = (hash: string) => {
    const written: Array<string> = []
    return {
      written,
      location: { hash, pathname: "/signin", search: "?next=1" },
      history: {
        state: null,
        replaceState: (_: unknown, __: string, url?: string | URL | null) => {
          if (typeof url === "string") written.push(url)
        },
      },
    }
  }

  it("is taken and removed from the address bar without a new history entry", () => {
    const address = bar("#code=AbC-12_3")
    expect(takeCodeFromAddress(address)).toEqual({ code: "AbC-12_3", isSetup: false })
    expect(address.written).toEqual(["/signin?next=1"])
  })

  it("says when its link sets Muster up", () => {
    expect(takeCodeFromAddress(bar("#code=abc&setup"))).toEqual({ code: "abc", isSetup: true })
  })

  it("may hold every printable ASCII sign but the space, as the link writes them", () => {
    const all = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).join("")
    const found = takeCodeFromAddress(bar(`#code=${encodeURIComponent(all)}`))
    expect(found).toEqual({ code: all, isSetup: false })
  })

  it.each(["", "#main", "#code=", "#code=a%20b", `#code=${"a".repeat(SIGN_IN_CODE_MAX_CHARS + 1)}`])(
    "is not found in %s, and the address stays as it is",
    (hash) => {
      const address = bar(hash)
      expect(takeCodeFromAddress(address)).toBeUndefined()
      expect(address.written).toEqual([])
    },
  )

  it.each([
    ["http://127.0.0.1:7400/signin#code=abc", "abc"],
    [" #code=abc ", "abc"],
    ["abc", "abc"],
    ["a#b%zz+c", "a#b%zz+c"],
    ["#code=a+b%zz", "a+b%zz"],
    ["two words", undefined],
    ["http://127.0.0.1:7400/signin", undefined],
    ["", undefined],
  ])("is found in what a person pasted: %s", (text, code) => {
    expect(codeInText(text)?.code).toBe(code)
  })
})

describe("the exchange of a code", () => {
  const answering = (status: number, body = "{}") => {
    const seen: Array<{ url: string; init: RequestInit | undefined }> = []
    const port = makeSignIn((url, init) => {
      seen.push({ url: new URL(url instanceof Request ? url.url : url, "http://localhost").href, init })
      return Promise.resolve(new Response(status === 204 ? null : body, { status }))
    })
    return { port, seen }
  }

  it("posts the code in a body, never in an address", async () => {
    const { port, seen } = answering(204)
    expect(await port.exchange("secret")).toBe("signed-in")
    expect(seen.map(({ url, init }) => [url.includes("secret"), init?.method, init?.body])).toEqual([
      [false, "POST", '{"code":"secret"}'],
    ])
  })

  it("sends the name that a set-up was asked for", async () => {
    const { port, seen } = answering(200)
    await port.exchange("secret", "Ada")
    expect(seen[0]?.init?.body).toBe('{"code":"secret","name":"Ada"}')
  })

  it.each([
    [401, '{"type":"urn:muster:problem:code-refused"}', "refused"],
    [422, "<html>", "refused"],
    [409, '{"type":"urn:muster:problem:name-taken"}', "name-taken"],
    [429, "{}", "throttled"],
    [503, "{}", "unreachable"],
  ])("understands %i %s as %s", async (status, body, outcome) => {
    expect(await answering(status, body).port.exchange("code")).toBe(outcome)
  })

  it("tells that nobody answered", async () => {
    const port = makeSignIn(() => Promise.reject(new TypeError("failed to fetch")))
    expect(await port.exchange("code")).toBe("unreachable")
    expect(await port.hasSession()).toBe(false)
  })

  it("knows whether there is a session", async () => {
    expect([await answering(200).port.hasSession(), await answering(401).port.hasSession()]).toEqual([true, false])
  })
})
