import { commandFor, isPrefix } from "#src/commands/registry.ts"
import type { Command } from "#src/commands/registry.ts"
import { isSingleKey, ownsLetters, pressText } from "#src/lib/keys.ts"
import { KEY_SEQUENCE_MILLIS } from "#src/limits.ts"

export interface KeyHandlerOptions {
  readonly commands: () => ReadonlyArray<Command>
  /** False when the person has switched bindings without a modifier off. */
  readonly singleKeys: () => boolean
  readonly apple: boolean
}

const MODIFIER_KEYS = new Set(["Control", "Shift", "Alt", "Meta"])

/**
 * Turns key presses into commands. A press that continues no sequence is tried as a first press, so that a mistyped
 * "G" costs nothing. Presses that belong to a text field, an input method or an open dialog are left alone.
 */
export function makeKeyHandler(options: KeyHandlerOptions): (event: KeyboardEvent) => void {
  let pending = ""
  let pendingAt = 0

  return (event) => {
    if (event.defaultPrevented || event.isComposing || MODIFIER_KEYS.has(event.key)) return
    const press = pressText(event, options.apple)
    if (isQuiet(event, press, options.singleKeys())) {
      pending = ""
      return
    }
    const isContinued = pending !== "" && event.timeStamp - pendingAt <= KEY_SEQUENCE_MILLIS
    const commands = options.commands()
    for (const presses of isContinued ? [`${pending} ${press}`, press] : [press]) {
      const command = commandFor(commands, presses)
      if (command !== undefined) {
        pending = ""
        event.preventDefault()
        command.run()
        return
      }
      if (isPrefix(commands, presses)) {
        pending = presses
        pendingAt = event.timeStamp
        return
      }
    }
    pending = ""
  }
}

function isQuiet(event: KeyboardEvent, press: string, singleKeys: boolean): boolean {
  if (!isSingleKey(press)) return false
  if (!singleKeys || ownsLetters(event.target)) return true
  // Space, Enter and the arrows already mean something on a focused control.
  if (isControlKey(event.key) && event.target instanceof Element && event.target.closest(CONTROLS) !== null) return true
  return document.querySelector('[role="dialog"][data-expanded]') !== null
}

const CONTROLS = "button, a, [role=tab], [role=menuitem], [role=option], [role=slider], [role=separator], input"

function isControlKey(key: string): boolean {
  return key === " " || key === "Enter" || key.startsWith("Arrow") || key === "Home" || key === "End"
}
