import { configure } from "@solidjs/testing-library"

/** A lazy page is compiled when it is first asked for: on a busy machine that alone takes longer than the library's one second. */
const APPEARS_WITHIN_MILLIS = 20_000
configure({ asyncUtilTimeout: APPEARS_WITHIN_MILLIS })

/** What jsdom lacks and parts ask for at mount. The behaviour behind it is tested in a real browser. */
class NoResizes {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

globalThis.ResizeObserver ??= NoResizes
window.matchMedia ??= (query) =>
  Object.assign(new EventTarget(), {
    matches: false,
    media: query,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  })
if (!("scrollIntoView" in Element.prototype))
  Object.defineProperty(Element.prototype, "scrollIntoView", { value: () => undefined })
window.scrollTo = () => undefined
