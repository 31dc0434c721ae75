/**
 * Key bindings as text: parts joined by "+", presses of a sequence parted by a space.
 * "mod+k" is Command on Apple systems and Control elsewhere; "shift+l", "g t", "?", "[" are single-letter bindings,
 * which stay quiet while a person types (WCAG 2.1.4).
 */
export type Binding = string

/** What of a keyboard event decides: a subset, so that tests need no DOM. */
export interface Press {
  readonly key: string
  /** The place of the key on the keyboard, for signs that some layouts only begin with it. */
  readonly code?: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

/** One press in the notation of a binding. A printable sign already tells its shift: "?" is "?", not "shift+/". */
export function pressText(press: Press, apple: boolean): string {
  const key = press.key === "Dead" && press.code === "Backquote" ? "`" : press.key.toLowerCase()
  const isLetter = /^\p{L}$/u.test(key)
  const isSign = key.length === 1 && !isLetter && key !== " "
  const [mod, other] = apple ? [press.metaKey, press.ctrlKey] : [press.ctrlKey, press.metaKey]
  const parts = [
    mod ? "mod" : undefined,
    other ? (apple ? "ctrl" : "meta") : undefined,
    press.altKey ? "alt" : undefined,
    press.shiftKey && !isSign ? "shift" : undefined,
    key === " " ? "space" : key,
  ]
  return parts.filter((part) => part !== undefined).join("+")
}

/** True when the binding could be meant as text: no Control, Command or Alt in its first press. */
export function isSingleKey(binding: Binding): boolean {
  const first = binding.split(" ")[0] ?? ""
  return !/(?:^|\+)(?:mod|ctrl|meta|alt)\+/.test(first)
}

/** A binding as presses are written on this machine: "ctrl" is Control everywhere, which elsewhere than on Apple is "mod". */
export const bindingHere = (binding: Binding, apple: boolean): Binding =>
  apple ? binding : binding.replaceAll("ctrl+", "mod+")

const KEY_NAMES: Readonly<Record<string, { readonly apple: string; readonly other: string }>> = {
  mod: { apple: "⌘", other: "Ctrl" },
  ctrl: { apple: "⌃", other: "Ctrl" },
  meta: { apple: "⌘", other: "Meta" },
  alt: { apple: "⌥", other: "Alt" },
  shift: { apple: "⇧", other: "Shift" },
  space: { apple: "Space", other: "Space" },
  enter: { apple: "Enter", other: "Enter" },
  escape: { apple: "Esc", other: "Esc" },
  arrowup: { apple: "↑", other: "↑" },
  arrowdown: { apple: "↓", other: "↓" },
  arrowleft: { apple: "←", other: "←" },
  arrowright: { apple: "→", other: "→" },
}

/** The binding as key caps, one list per press: "mod+k" gives [["Ctrl", "K"]]. */
export function keyCaps(binding: Binding, apple: boolean): ReadonlyArray<ReadonlyArray<string>> {
  return binding.split(" ").map((press) => press.split("+").map((part) => keyCap(part, apple)))
}

function keyCap(part: string, apple: boolean): string {
  const names = KEY_NAMES[part]
  return names === undefined ? part.toUpperCase() : names[apple ? "apple" : "other"]
}

/** Whether this machine has Apple's key names. */
export const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent)

/** Input that owns its letters: text fields, editors, and regions that say so (terminal, desktop). */
export function ownsLetters(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false
  return (
    target.closest("input:not([type=checkbox],[type=radio],[type=range]), textarea, select, [contenteditable]") !==
      null || target.closest("[data-keys=own]") !== null
  )
}
